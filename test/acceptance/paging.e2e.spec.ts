import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { callerOf, type InProcessAnswer } from '../support/call.js';
import type { AlertView, Page, ProblemView, RequestView } from '../support/views.js';

let api: ApiInProcess;
const call = callerOf(() => api);
const callElsewhere = callerOf(() => api, keyOf('administrator', 'contoso'));

const LIST = '/v1/service-requests?limit=5';
const withCursor = (url: string, cursor: string | null): string =>
  cursor === null ? url : `${url}&cursor=${encodeURIComponent(cursor)}`;

const file = async (more: object = {}): Promise<RequestView> => {
  const body = { customerId: 'acme', title: 'Mail', impact: 'minimal', ...more };
  return (await call<RequestView>('POST', '/v1/service-requests', body)).body;
};
const fileMany = (count: number, more?: object): Promise<readonly RequestView[]> =>
  Promise.all(Array.from({ length: count }, () => file(more)));
const on = (id: string, command: string, body: object = {}) =>
  call<RequestView>('POST', `/v1/service-requests/${id}/${command}`, body);

interface Item {
  readonly id: string;
  /** Of a deadline or an alert: whose it is. Here each request has one. */
  readonly serviceRequestId?: string;
}

/** Every request of a list, page by page; between the pages something happens. */
const walk = async (
  url: string,
  between: (seen: readonly string[]) => Promise<unknown>,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = null; ;) {
    const { status, body }: InProcessAnswer<Page<Item>> = await call('GET', withCursor(url, cursor));
    expect(status).toBe(200);
    ids.push(...body.items.map(({ id, serviceRequestId = id }) => serviceRequestId));
    cursor = body.nextCursor;
    if (cursor === null) return ids;
    await between(ids);
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

/** Of those that stand there, one that was seen already and one that was not yet are taken away. */
const twoOf = (standing: ReadonlySet<string>, seen: readonly string[]): readonly string[] => {
  // Not the last one seen: where it stood, the next page begins.
  const picked = [seen.find((id) => standing.has(id)), [...standing].findLast((id) => !seen.includes(id))];
  return picked.filter((id) => id !== undefined);
};

/** So long rows come and go; else a walk might never end. */
const BUSY_PAGES = 5;

/** Walks while rows come and go. @returns what was seen and how many pages it took; what stood all along is left in `standing` */
const walkAmid = async (
  url: string,
  standing: Set<string>,
  { add, remove }: { add(): Promise<unknown>; remove(id: string): Promise<unknown> },
) => {
  let pages = 1;
  const seen = await walk(url, async (seenSoFar) => {
    pages += 1;
    if (pages > BUSY_PAGES) return;
    const gone = twoOf(standing, seenSoFar);
    for (const id of gone) standing.delete(id);
    await add();
    await Promise.all(gone.map(remove));
    const { position } = await file();
    await call('GET', `/v1/service-requests?waitFor=${position}`);
  });
  return { seen, pages };
};

const expectWhole = (seen: readonly string[], standing: ReadonlySet<string>): void => {
  expect(new Set(seen).size).toBe(seen.length);
  expect([...standing].filter((id) => !seen.includes(id))).toEqual([]);
  expect(standing.size).toBeGreaterThan(5);
};

describe('deadlines, while some are promised and some are met', () => {
  const bySpeed = async (): Promise<void> => {
    await Promise.all([file({ impact: 'critical' }), file({ impact: 'moderate' }), file()]);
  };

  it('are shown once each, and none that stood all along is left out', async () => {
    const old = [...(await fileMany(8, { impact: 'critical' })), ...(await fileMany(8)), await file()];
    await call('GET', `/v1/deadlines?state=open&waitFor=${old.at(-1)?.position ?? ''}`);
    const standing = new Set(old.map(({ id }) => id));
    const remove = (id: string) => on(id, 'responses', { text: 'We are on it.' });
    const { seen, pages } = await walkAmid('/v1/deadlines?state=open&limit=5', standing, { add: bySpeed, remove });
    expectWhole(seen, standing);
    expect(pages).toBeGreaterThan(4);
  });

  it('are so too where clocks stand and nothing is due', async () => {
    await call('PUT', '/v1/sla/policies/pausing', {
      displayName: 'Stands while parts are awaited',
      obligation: 'partnerFirstResponse',
      pausesOn: ['parts'],
      rules: [{ when: {}, budget: 'PT2H', calendarId: 'always' }],
    });
    const pause = async (): Promise<string> => {
      const { id } = await file({ policyId: 'pausing' });
      await on(id, 'pauses', { reason: 'parts' });
      return id;
    };
    const standing = new Set(await Promise.all(Array.from({ length: 17 }, pause)));
    const { position } = await file();
    await call('GET', `/v1/deadlines?state=paused&waitFor=${position}`);
    const remove = (id: string) => on(id, 'resumptions');
    const { seen, pages } = await walkAmid('/v1/deadlines?state=paused&limit=4', standing, { add: pause, remove });
    expectWhole(seen, standing);
    expect(pages).toBeGreaterThan(3);
  });
});

describe('alerts, while some are opened and some are dealt with', () => {
  const open = async (): Promise<string> => {
    const { id } = await file();
    await on(id, 'escalations', { target: 'manager', reason: 'The customer asks' });
    return id;
  };
  const alerts = async (): Promise<readonly AlertView[]> =>
    (await call<Page<AlertView>>('GET', '/v1/alerts?state=open&limit=200')).body.items;
  const isShown = async (ids: readonly string[]): Promise<boolean> => {
    const shown = (await alerts()).map(({ serviceRequestId }) => serviceRequestId);
    return ids.every((id) => shown.includes(id));
  };

  it('are shown once each, and none that stood all along is left out', async () => {
    const old = await Promise.all(Array.from({ length: 23 }, open));
    await eventually(() => isShown(old), { what: 'the alerts' });
    const alertIds = new Map((await alerts()).map(({ id, serviceRequestId }) => [serviceRequestId, id]));
    const standing = new Set(old);
    const add = async (): Promise<void> => {
      const added = await Promise.all([open(), open()]);
      await eventually(() => isShown(added), { what: 'the alerts that come in between' });
    };
    const remove = async (id: string): Promise<void> => {
      await call('POST', `/v1/alerts/${alertIds.get(id) ?? ''}/acknowledgement`);
      await eventually(async () => !(await isShown([id])), { what: 'the end of an alert' });
    };
    const { seen, pages } = await walkAmid('/v1/alerts?state=open&limit=5', standing, { add, remove });
    expectWhole(seen, standing);
    expect(pages).toBeGreaterThan(3);
  });
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
