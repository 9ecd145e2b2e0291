import { DomainError } from '#kernel';
import { type CursorScope, Paging } from './cursor.js';

const SECRET = Buffer.from('a secret of the installation');
const SCOPE: CursorScope = { tenantId: 'contoso', path: '/v1/alerts', filter: { state: 'open', a: '1' } };
const ITEMS = ['one', 'two', 'three'];

const paging = (cursor?: string, scope: Partial<CursorScope> = {}, secret = SECRET): Paging =>
  new Paging(secret, { ...SCOPE, ...scope }, cursor);

const place = (id: string) => ({ at: 'then', id });
const next = (paged: Paging): string => paged.pageOf(ITEMS, 2, place).nextCursor ?? '';

const expectUnknown = (paged: Paging): void => {
  expect(() => paged.after).toThrow(DomainError);
};

describe('a cursor', () => {
  it('names the last row of the page before', () => {
    expect(paging().after).toBeUndefined();
    expect(paging(next(paging())).after).toEqual({ at: 'then', id: 'two' });
  });

  it('is given while a page follows', () => {
    expect(paging().pageOf(ITEMS, 3, place)).toEqual({ items: ITEMS, nextCursor: null });
    expect(paging().pageOf(ITEMS, 2, place).items).toEqual(['one', 'two']);
  });

  it('is the same for the same page', () => {
    expect(next(paging())).toBe(next(paging(next(paging()))));
  });

  it.each<[string, Partial<CursorScope>]>([
    ['another tenant', { tenantId: 'fabrikam' }],
    ['another list', { path: '/v1/deadlines' }],
    ['another filter', { filter: { state: 'resolved', a: '1' } }],
    ['no filter', { filter: {} }],
  ])('is none of %s', (_, scope) => {
    expectUnknown(paging(next(paging()), scope));
  });

  it('is of the same filter in another order', () => {
    expect(paging(next(paging()), { filter: { a: '1', state: 'open' } }).after).toEqual(place('two'));
  });

  it('is none after any change of a character', () => {
    const cursor = next(paging());
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === 'A' ? 'Q' : 'A';
      expectUnknown(paging(cursor.slice(0, index) + other + cursor.slice(index + 1)));
    }
  });

  it.each(['', 'x', 'edited', Buffer.from('["then","two"]').toString('base64url')])(
    'is none that nobody signed: %p',
    (cursor) => {
      expectUnknown(paging(cursor));
    },
  );

  it('is none under another secret', () => {
    expectUnknown(paging(next(paging()), {}, Buffer.from('another')));
  });
});
