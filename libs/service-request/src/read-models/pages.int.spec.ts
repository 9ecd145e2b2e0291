import fc from 'fast-check';
import type { Instant, Scope, TenantId } from '#kernel';
import { IMPACTS } from '#service-level';
import { type Listing, listing, paged } from '#testing';
import { nearnessOf } from './deadline-gaming.js';
import type { Keyset } from './pages.js';
import type { DeadlineGamingRow, DeadlineRow, ServiceRequestRow, ServiceRequestSchema } from './schema.js';
import { deadlineId, ServiceRequestQueries } from './service-request.queries.js';
import { serviceRequestsProjection } from './service-requests.projection.js';

/** Each goes through a whole list: a hundred thousand at night would take days. */
const LISTED = { numRuns: 150 };

const ROWS = 3_000;
const MINUTE_MS = 60_000;
const STATUSES = ['new', 'waitingOnPartner', 'waitingOnCustomer', 'escalated', 'resolved', 'closed'] as const;
const STATES = ['open', 'paused', 'met', 'breached', 'annulled'] as const;
const TENANTS = ['fabrikam', 'contoso', 'nobody'] as const;
const NOW = '2026-07-13T00:30:00.000Z' as Instant;

/** Few instants for many rows: most share theirs with others. */
const instant = fc.integer({ min: 0, max: 59 }).map((minute) => {
  return `2026-07-13T00:${String(minute).padStart(2, '0')}:00.000Z` as Instant;
});
const untilDueMs = fc.oneof(fc.integer({ min: 0, max: 600 * MINUTE_MS }), fc.constantFrom(0, 15 * MINUTE_MS));
const ofTwo = fc.constantFrom(...TENANTS.slice(0, 2));
/** One in eight is for few. */
const restricted = fc.integer({ min: 0, max: 7 }).map((n): 0 | 1 => (n === 0 ? 1 : 0));

const sampled = <Value>(values: fc.Arbitrary<Value>, seed: number) => fc.sample(values, { numRuns: ROWS, seed });
/** Their order is not that of insertion. */
const idOf = (index: number): string => `0198-${String((index * 7_919) % 10_007).padStart(5, '0')}`;

const requests = sampled(
  fc.record({
    tenant: ofTwo,
    customer_id: fc.constantFrom('acme', 'northwind', 'rare'),
    status: fc.constantFrom(...STATUSES),
    impact: fc.constantFrom(...IMPACTS),
    filed_at: instant,
    restricted,
  }),
  1,
).map((row, index): ServiceRequestRow => {
  const details = { preferredSupportLanguage: 'en', filedAt: row.filed_at };
  const view = { requestId: idOf(index), details, severity: {}, obligations: [], pauses: [], escalations: [] };
  // Some share their number, which those who look for one must bear.
  const number = `SR-${index % 1_000}`;
  return { ...row, id: idOf(index), number, state: JSON.stringify(view), revision: 0, position: '1' };
});

const deadlines = sampled(
  fc.record({
    tenant: ofTwo,
    kind: fc.constantFrom('programFirstResponse', 'nextResponse'),
    cycle: fc.constantFrom(1, 2, 10),
    state: fc.constantFrom(...STATES),
    restricted,
    isDue: fc.boolean(),
    due: instant,
  }),
  2,
).map(({ isDue, due, ...row }, index): DeadlineRow => {
  // Three to a request.
  const key = { kind: row.kind, cycle: row.cycle, request_id: idOf(Math.floor(index / 3)) };
  const obligation = JSON.stringify({ ...key, state: row.state, warnings: [], serviceLevelAgreement: {} });
  const due_at = row.state === 'paused' || (row.state !== 'open' && !isDue) ? '' : due;
  const more = { revision: 1, impact: 'minimal', customer_id: 'acme', check_at: null, responded_at: null };
  return { ...row, ...key, ...more, due_at, obligation };
});
/** A request has a promise of a kind and cycle once. */
const distinct = [...new Map(deadlines.map((row) => [`${row.request_id}/${row.kind}/${row.cycle}`, row])).values()];

const moves = sampled(
  fc.record({
    tenant: ofTwo,
    at: instant,
    request_id: fc.constantFrom('r1', 'r2'),
    restricted,
    until_due_ms: untilDueMs,
  }),
  3,
).map((row, index): DeadlineGamingRow => {
  const more = { kind: 'pause', reason: 'parts', actor: '{}', on_behalf_of: null, from: null, to: null } as const;
  return { ...row, ...more, id: idOf(index), nearness: nearnessOf(row.until_due_ms) };
});

const isSeen = ({ tenantId, seesFraud }: Scope, row: { readonly tenant: string; readonly restricted: 0 | 1 }) =>
  row.tenant === tenantId && (seesFraud || row.restricted === 0);

/** As the database compares text. */
const compare = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
  const index = a.findIndex((part, at) => part !== b[at]);
  const [mine = '', other = ''] = [a[index], b[index]];
  return index < 0 ? 0 : mine < other ? -1 : 1;
};
const newestFirst = (a: readonly string[], b: readonly string[]): number => compare(b, a);

const maybe = <Value>(...values: readonly Value[]) => fc.constantFrom(undefined, ...values);
const scope = fc.record({
  tenantId: fc.constantFrom(...TENANTS).map((tenant) => tenant as string as TenantId),
  seesFraud: fc.boolean(),
});
const limit = fc.constantFrom(17, 60, 201);

const requestFilter = fc.record({
  number: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom('SR-1', 'SR-2', 'SR-none')),
  customerId: maybe('acme', 'rare', 'unknown'),
  status: maybe(...STATUSES),
  severity: maybe(...IMPACTS),
});
const deadlineFilter = fc.record({
  state: fc.constantFrom(...STATES),
  dueBefore: fc.option(instant, { nil: undefined }),
});
const gamingFilter = fc.record({
  withinMs: fc.oneof(untilDueMs, fc.constant(10_000 * MINUTE_MS)),
  from: fc.option(instant, { nil: undefined }),
  to: fc.option(instant, { nil: undefined }),
});

describe('lists of many rows', () => {
  let rows: Listing<ServiceRequestSchema>;
  let queries: ServiceRequestQueries;
  beforeAll(async () => {
    rows = await listing(serviceRequestsProjection);
    queries = new ServiceRequestQueries(rows.database);
    await rows.fill('service_requests', requests);
    await rows.fill('deadlines', distinct);
    await rows.fill('deadline_gaming', moves);
  });
  afterAll(() => rows.end());

  it('give each request that is asked for once, the newest first, on whatever pages', () =>
    fc.assert(
      fc.asyncProperty(scope, requestFilter, limit, async (seeing, filter, size) => {
        const asked = [
          ['number', filter.number],
          ['customer_id', filter.customerId],
          ['status', filter.status],
          ['impact', filter.severity],
        ] as const;
        const wanted = requests
          .filter(
            (row) => isSeen(seeing, row) && asked.every(([name, value]) => [undefined, row[name]].includes(value)),
          )
          .sort((a, b) => newestFirst([a.filed_at, a.id], [b.filed_at, b.id]));
        const shown = await paged(
          (after: Keyset | undefined) => queries.list(seeing, filter, size, after),
          size,
          ({ filedAt: at, id }) => ({ at, id }),
        );
        expect(shown.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      }),
      LISTED,
    ));

  it('give each deadline once, first those that are not due, then the soonest', () =>
    fc.assert(
      fc.asyncProperty(scope, deadlineFilter, limit, async (seeing, filter, size) => {
        const { state, dueBefore } = filter;
        const wanted = distinct
          .filter((row) => isSeen(seeing, row) && row.state === state)
          .filter(({ due_at }) => dueBefore === undefined || (due_at !== '' && due_at < dueBefore))
          .map(({ due_at, request_id, kind, cycle }) => [due_at, request_id, kind, cycle] as const)
          .sort(compare);
        const shown = await paged(
          (after: Keyset | undefined) => queries.deadlines(seeing, filter, { limit: size, now: NOW, after }),
          size,
          (row) => ({ at: row.dueAt ?? '', id: deadlineId(row) }),
        );
        const keys = shown.map((row) => [row.dueAt ?? '', row.serviceRequestId, row.kind, row.cycle]);
        expect(keys).toEqual(wanted);
      }),
      LISTED,
    ));

  it('give each move that was as near as asked once, the newest first', () =>
    fc.assert(
      fc.asyncProperty(scope, gamingFilter, limit, async (seeing, filter, size) => {
        const { withinMs, from = '', to = '9' } = filter;
        const wanted = moves
          .filter((row) => isSeen(seeing, row) && row.until_due_ms <= withinMs && row.at >= from && row.at < to)
          .sort((a, b) => newestFirst([a.at, a.id], [b.at, b.id]));
        const shown = await paged(
          (after: Keyset | undefined) => queries.deadlineGaming(seeing, filter, { limit: size, after }),
          size,
          ({ at, id }) => ({ at, id }),
        );
        expect(shown.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      }),
      LISTED,
    ));

  it('know what is overdue in any tenant', async () => {
    const dues = distinct.filter(({ state, due_at }) => state === 'open' && due_at < NOW).map(({ due_at }) => due_at);
    expect(await queries.countOverdue(NOW)).toBe(dues.length);
    expect(await queries.oldestOverdue(NOW)).toBe(dues.sort()[0]);
    expect(dues.length).toBeGreaterThan(100);
  });
});

describe('the way to a page', () => {
  let rows: Listing<ServiceRequestSchema>;
  let queries: ServiceRequestQueries;
  beforeAll(async () => {
    rows = await listing(serviceRequestsProjection);
    queries = new ServiceRequestQueries(rows.database);
  });
  afterAll(() => rows.end());

  const scopes = [true, false].map((seesFraud): Scope => ({ tenantId: 'fabrikam' as TenantId, seesFraud }));
  const orNot = <Value>(value: Value): readonly (Value | undefined)[] => [undefined, value];
  const pages = orNot({ at: NOW, id: 'r/k/1' });

  const expectSeeks = (plan: readonly string[], after: unknown): void => {
    expect(plan.filter((step) => /TEMP B-TREE|^(?:MATERIALIZE|SCAN) (?!found$)/.test(step))).toEqual([]);
    const seeks = plan.filter((step) => step.startsWith('SEARCH'));
    expect(seeks).not.toEqual([]);
    // The place in the list is where it seeks, not what it walks to.
    if (after !== undefined) expect(seeks.filter((step) => !/\) ?[<>]\(/.test(step))).toEqual([]);
  };

  it('is a seek in an index for requests, whatever is asked', async () => {
    for (const seeing of scopes)
      for (const number of orNot('SR-1'))
        for (const customerId of orNot('acme'))
          for (const status of orNot('new'))
            for (const severity of orNot('minimal'))
              for (const after of pages) {
                const filter = { number, customerId, status, severity };
                expectSeeks(await rows.plansOf(() => queries.list(seeing, filter, 51, after)), after);
              }
  });

  it('is one for deadlines', async () => {
    for (const seeing of scopes)
      for (const dueBefore of orNot(NOW))
        for (const after of pages) {
          const filter = { state: 'open', dueBefore };
          const plan = await rows.plansOf(() => queries.deadlines(seeing, filter, { limit: 51, now: NOW, after }));
          expectSeeks(plan, after);
          if (dueBefore !== undefined) expect(plan.join()).toContain('due_at<?');
        }
  });

  it('is one for moves just before a deadline', async () => {
    for (const seeing of scopes)
      for (const withinMs of [MINUTE_MS, 6_000 * MINUTE_MS])
        for (const from of orNot(NOW))
          for (const to of orNot(NOW))
            for (const after of pages) {
              const filter = { withinMs, from, to };
              expectSeeks(
                await rows.plansOf(() => queries.deadlineGaming(seeing, filter, { limit: 51, after })),
                after,
              );
            }
  });

  it('is one a tenant for what is overdue', async () => {
    for (const ask of [() => queries.oldestOverdue(NOW), () => queries.countOverdue(NOW)])
      expectSeeks(await rows.plansOf(ask), undefined);
  });
});
