import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { callerOf, type InProcessAnswer } from '../support/call.js';
import type { Page, ProblemView, RequestView } from '../support/views.js';

let api: ApiInProcess;
const call = callerOf(() => api);
const callElsewhere = callerOf(() => api, keyOf('administrator', 'contoso'));

const LIST = '/v1/service-requests?limit=5';
const withCursor = (url: string, cursor: string | null): string =>
  cursor === null ? url : `${url}&cursor=${encodeURIComponent(cursor)}`;

const file = async (): Promise<RequestView> => {
  const body = { customerId: 'acme', title: 'Mail', impact: 'minimal' };
  return (await call<RequestView>('POST', '/v1/service-requests', body)).body;
};

/** Every id of a list, page by page; between the pages something happens. */
const walk = async (url: string, between: () => Promise<unknown>): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const { status, body }: InProcessAnswer<Page<{ id: string }>> = await call('GET', withCursor(url, cursor));
    expect(status).toBe(200);
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
    if (cursor === null) return ids;
    await between();
  }
};

beforeAll(async () => {
  api = await apiInProcess(['default', 'contoso']);
  await call('PUT', '/v1/customers/acme', { displayName: 'Acme', primaryDomain: 'acme.example' });
});
afterAll(() => api.close());

it('shows each row once and leaves none out, while rows are added and changed', async () => {
  const old: string[] = [];
  for (let count = 0; count < 23; count += 1) old.push((await file()).id);
  const last = await file();
  await call('GET', `/v1/service-requests?waitFor=${last.position}`);
  old.push(last.id);
  let turn = 0;
  const seen = await walk(LIST, async () => {
    await Promise.all([file(), file()]);
    const reason = 'It got worse.';
    for (const id of [old[turn], old.at(-1 - turn)])
      await call('POST', `/v1/service-requests/${id ?? ''}/severity`, { impact: 'critical', reason });
    turn += 1;
    const { position } = await file();
    await call('GET', `/v1/service-requests?waitFor=${position}`);
  });
  expect(new Set(seen).size).toBe(seen.length);
  expect(old.filter((id) => !seen.includes(id))).toEqual([]);
  expect(turn).toBeGreaterThan(3);
});

describe('a cursor', () => {
  const cursorOf = async (): Promise<string> =>
    (await call<Page<object>>('GET', LIST)).body.nextCursor ?? 'there is no second page';

  it.each([
    ['another filter', '/v1/service-requests?limit=5&status=new'],
    ['another address', '/v1/customers/acme/service-requests?limit=5'],
    ['another kind of list', '/v1/deadlines?limit=5'],
    ['keys', '/v1/api-keys?limit=5'],
    ['versions', '/v1/calendars/always/versions?limit=5'],
  ])('is refused by a list of %s', async (_, url) => {
    const { status, body } = await call<ProblemView>('GET', withCursor(url, await cursorOf()));
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '#/cursor', code: 'cursor' }]);
  });

  it('is refused in another tenant', async () => {
    const cursor = await cursorOf();
    expect((await callElsewhere('GET', withCursor(LIST, cursor))).status).toBe(422);
    expect((await call('GET', withCursor(LIST, cursor))).status).toBe(200);
  });

  it('goes on with another limit', async () => {
    const { status } = await call('GET', withCursor('/v1/service-requests?limit=7', await cursorOf()));
    expect(status).toBe(200);
  });
});
