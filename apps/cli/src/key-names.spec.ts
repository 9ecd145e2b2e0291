import { KeyNames } from './key-names.js';

const issued = (data: Record<string, string | null>) => ({ type: 'ApiKeyIssued', data });
const by = (id: string, onBehalfOf?: string) => ({
  meta: { actor: { id, role: 'service', kind: 'service' as const }, ...(onBehalfOf !== undefined && { onBehalfOf }) },
});

describe('who acted', () => {
  const names = new KeyNames();
  names.learn(issued({ keyId: 'a', name: 'Portal', prefix: 'ldk_12345678' }));
  names.learn(issued({ keyId: 'b', name: 'Evil\u202e\n', prefix: null }));
  names.learn({ ...issued({ keyId: 'c', name: 'No key' }), type: 'NoteAdded' });

  it.each([
    [by('key:a'), 'Portal (ldk_12345678)'],
    [by('key:a', 'ann'), 'Portal (ldk_12345678) for ann'],
    [by('key:b'), 'Evil\ufffd (key:b)'],
    [by('key:c'), 'key:c'],
    [by('sla-worker'), 'sla-worker'],
  ])('%j is told as %s', (event, told) => {
    expect(names.actedBy(event as Parameters<KeyNames['actedBy']>[0])).toBe(told);
  });
});
