import { MemoryEventStore, MemoryLog } from '#event-store';
import { Followers } from '#following';
import { ManualClock, type TenantId } from '#kernel';
import { at, commandMeta, eventually, newEvents } from '#testing';
import { AccessKeys } from './access-keys.js';
import { ApiKeyStore } from './api-key.store.js';
import { KEYS } from './domain/api-keys.js';
import { revokeApiKey } from './domain/revoke-api-key.js';
import { hashOf } from './secret.js';

const contoso = 'contoso' as TenantId;

describe('the keys that a process knows', () => {
  let events: MemoryEventStore;
  let clock: ManualClock;
  let keys: AccessKeys;

  const issue = async (key: string, expiresAt: string | null = null): Promise<void> => {
    const data = { keyId: key, name: key, prefix: null, hash: hashOf(key), role: 'service', issuedAt: at('00:00') };
    const [event] = newEvents(1, { type: 'ApiKeyIssued', data: () => ({ ...data, expiresAt }) });
    if (event !== undefined) await events.append(`access-contoso.${KEYS}`, 'none', [{ ...event, schemaVersion: 2 }]);
  };

  beforeEach(() => {
    events = new MemoryEventStore(new MemoryLog());
    clock = new ManualClock(at('00:00'));
    keys = new AccessKeys(events, clock, new Followers(clock, { error: () => undefined }));
  });
  afterEach(() => {
    keys.close();
  });

  it('are those of the store at its start, and those that others issue and revoke later', async () => {
    await keys.open(undefined);
    await issue('a');
    await eventually(() => keys.whoHas('a')?.tenantId === contoso, { what: 'the key' });
    const elsewhere = new ApiKeyStore(events, clock);
    await elsewhere.change(KEYS, commandMeta({ tenantId: contoso }), (state) =>
      revokeApiKey({ keyId: 'a', reason: 'leaked', by: 'administrator', now: clock.now() }, state),
    );
    await eventually(() => keys.whoHas('a') === undefined, { what: 'the revocation' });
    expect(keys.whoHas('a')).toBeUndefined();
  });

  it('end at their instant, not before', async () => {
    await issue('a', at('01:00'));
    await keys.open(undefined);
    clock.set(at('00:59:59.999'));
    expect(keys.whoHas('a')).toBeDefined();
    clock.set(at('01:00'));
    expect(keys.whoHas('a')).toBeUndefined();
  });

  it('have a first one, once', async () => {
    await keys.open(undefined);
    const first = await keys.issueFirst();
    expect(keys.whoHas(first ?? '')).toMatchObject({ actor: { role: 'administrator' }, tenantId: 'default' });
    expect(await keys.issueFirst()).toBeUndefined();
  });

  it('fail the start when the store holds what this version does not know', async () => {
    const [event] = newEvents(1, { type: 'ApiKeyRevoked' });
    if (event !== undefined) await events.append('access-contoso.keys', 'none', [{ ...event, schemaVersion: 9 }]);
    await expect(keys.open(undefined)).rejects.toThrow('ApiKeyRevoked v9');
  });
});
