import fc from 'fast-check';
import type { Instant, Scope, TenantId } from '#kernel';
import { type ServiceRequestSchema, serviceRequestsProjection } from '#service-request';
import { type Listing, listing, paged } from '#testing';
import { type AlertFilter, AlertQueries, type Keyset } from './alert.queries.js';
import { type AlertRow, type AlertSchema, alertsProjection } from './alerts.projection.js';

type Schema = AlertSchema & ServiceRequestSchema;

/** Each goes through a whole list: a hundred thousand at night would take days. */
const LISTED = { numRuns: 150 };

const ROWS = 4_000;
const REQUESTS = 300;
const NOW = '2026-07-13T00:30:00.000Z' as Instant;
const STATES = ['open', 'snoozed', 'acknowledged', 'resolved'] as const;

/** Few instants for many rows: most share theirs with others. */
const instant = fc.integer({ min: 0, max: 59 }).map((minute) => {
  return `2026-07-13T00:${String(minute).padStart(2, '0')}:00.000Z` as Instant;
});
const tenantOf = (request: number): string => (request % 3 === 0 ? 'contoso' : 'fabrikam');
const idOf = (index: number): string => `0198-${String((index * 7_919) % 10_007).padStart(5, '0')}`;

/** A third of the requests is for few; the rows of the last hundred have not come yet. */
const isThere = (request: number): boolean => request < REQUESTS - 100;
const isForFew = (request: number): boolean => request % 5 < 2;
const answeredAt = (request: number): Instant | null => (request % 2 === 0 ? NOW : null);

const sampled = fc.sample(
  fc.record({
    request: fc.integer({ min: 0, max: REQUESTS - 1 }),
    state: fc.constantFrom(...STATES),
    snoozed_until: instant,
    opened_at: instant,
    isOfPromise: fc.boolean(),
    cycle: fc.constantFrom(1, 2),
    responded_at: fc.option(instant),
  }),
  { numRuns: ROWS, seed: 4 },
);
type Sample = (typeof sampled)[number] & { readonly id: string };
const alerts = sampled.map((alert, index): Sample => ({ ...alert, id: idOf(index) }));

const toRow = ({ request, isOfPromise, cycle, ...alert }: Sample): AlertRow => ({
  ...alert,
  tenant: tenantOf(request),
  snoozed_until: alert.state === 'snoozed' ? alert.snoozed_until : null,
  request_id: `r${request}`,
  kind: isOfPromise ? 'resolution' : null,
  cycle: isOfPromise ? cycle : null,
  alert: JSON.stringify({
    alertId: alert.id,
    state: alert.state,
    openedAt: alert.opened_at,
    respondedAt: alert.responded_at,
    ...(alert.state === 'snoozed' && { snoozedUntil: alert.snoozed_until }),
  }),
  revision: 0,
  position: '1',
});

const known = Array.from({ length: REQUESTS }, (_, request) => request).filter(isThere);
const requestRows = known.map((request): ServiceRequestSchema['service_requests'] => ({
  ...{
    tenant: tenantOf(request),
    id: `r${request}`,
    number: 'SR',
    customer_id: 'acme',
    status: 'new',
    impact: 'minimal',
  },
  ...{ filed_at: NOW, restricted: isForFew(request) ? 1 : 0, state: '{}', revision: 0, position: '1' },
}));
/** The first promise of each, done or not; the second never is. */
const promises = known.map((request): ServiceRequestSchema['deadlines'] => ({
  ...{
    tenant: tenantOf(request),
    request_id: `r${request}`,
    kind: 'resolution',
    cycle: 1,
    revision: 1,
    state: 'breached',
  },
  ...{ impact: 'minimal', customer_id: 'acme', restricted: isForFew(request) ? 1 : 0, due_at: NOW, check_at: null },
  ...{ responded_at: answeredAt(request), obligation: '{}' },
}));

const isSeen = ({ tenantId, seesFraud }: Scope, { request }: Sample): boolean =>
  tenantOf(request) === tenantId && (seesFraud || (isThere(request) && !isForFew(request)));

const respondedAt = ({ request, isOfPromise, cycle, responded_at }: Sample): Instant | null =>
  responded_at ?? (isOfPromise && cycle === 1 && isThere(request) ? answeredAt(request) : null);

const stateNow = ({ state, snoozed_until }: Sample): string =>
  state === 'snoozed' && snoozed_until <= NOW ? 'open' : state;

const isAskedFor = (alert: Sample, { state, isAnswered }: AlertFilter): boolean =>
  (state === undefined || stateNow(alert) === state) &&
  (isAnswered === undefined || (respondedAt(alert) !== null) === isAnswered);

const newestFirst = (a: Sample, b: Sample): number =>
  a.opened_at === b.opened_at ? (a.id < b.id ? 1 : -1) : a.opened_at < b.opened_at ? 1 : -1;

const scope = fc.record({
  tenantId: fc.constantFrom('fabrikam', 'contoso', 'nobody').map((tenant) => tenant as TenantId),
  seesFraud: fc.boolean(),
});
const filter = fc.record({
  state: fc.constantFrom(undefined, ...STATES),
  isAnswered: fc.constantFrom(undefined, true, false),
});

describe('the list of alerts', () => {
  let rows: Listing<Schema>;
  let queries: AlertQueries;
  beforeAll(async () => {
    rows = await listing<Schema>(alertsProjection, serviceRequestsProjection);
    queries = new AlertQueries(rows.database);
    await rows.fill('alerts', alerts.map(toRow));
    await rows.fill('service_requests', requestRows);
    await rows.fill('deadlines', promises);
  });
  afterAll(() => rows.end());

  it('gives each alert that is asked for once, the newest first, on whatever pages', () =>
    fc.assert(
      fc.asyncProperty(scope, filter, fc.constantFrom(17, 60, 201), async (seeing, asked, limit) => {
        const wanted = alerts.filter((alert) => isSeen(seeing, alert) && isAskedFor(alert, asked)).sort(newestFirst);
        const shown = await paged(
          (after: Keyset | undefined) => queries.list(seeing, asked, { limit, after }, NOW),
          limit,
          ({ openedAt: at, id }) => ({ at, id }),
        );
        expect(shown.map((alert) => [alert.id, alert.state, alert.respondedAt])).toEqual(
          wanted.map((alert) => [alert.id, stateNow(alert), respondedAt(alert)]),
        );
      }),
      LISTED,
    ));

  it('lets others have their turns while it looks for the few that are as asked', async () => {
    const seeing = { tenantId: 'fabrikam' as TenantId, seesFraud: true };
    let turns = 0;
    let next = setImmediate(function count() {
      turns += 1;
      next = setImmediate(count);
    });
    for (const isAnswered of [true, false]) {
      const wanted = alerts.filter((alert) => isSeen(seeing, alert) && isAskedFor(alert, { isAnswered }));
      const found = await queries.list(seeing, { isAnswered }, { limit: ROWS }, NOW);
      expect(found.map(({ id }) => id)).toEqual(wanted.sort(newestFirst).map(({ id }) => id));
    }
    clearImmediate(next);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('the way to a page of alerts', () => {
  let rows: Listing<Schema>;
  let queries: AlertQueries;
  beforeAll(async () => {
    rows = await listing<Schema>(alertsProjection, serviceRequestsProjection);
    queries = new AlertQueries(rows.database);
  });
  afterAll(() => rows.end());

  const orNot = <Value>(...values: readonly Value[]): readonly (Value | undefined)[] => [undefined, ...values];

  it('is a seek in an index, whatever is asked', async () => {
    for (const seesFraud of [true, false])
      for (const state of orNot(...STATES))
        for (const isAnswered of orNot(true, false))
          for (const after of orNot({ at: NOW, id: 'a1' })) {
            const seeing = { tenantId: 'fabrikam' as TenantId, seesFraud };
            const plan = await rows.plansOf(() =>
              queries.list(seeing, { state, isAnswered }, { limit: 51, after }, NOW),
            );
            expect(plan.filter((step) => /TEMP B-TREE|MATERIALIZE|^SCAN/.test(step))).toEqual([]);
            const seeks = plan.filter((step) => step.includes('alerts_by_state'));
            expect(seeks).not.toEqual([]);
            if (after !== undefined) expect(seeks.filter((step) => !step.includes('(opened_at,id)<('))).toEqual([]);
          }
  });

  it('looks one up by its key', async () => {
    for (const seesFraud of [true, false]) {
      const plan = await rows.plansOf(() => queries.view({ tenantId: 'fabrikam' as TenantId, seesFraud }, 'a1', NOW));
      expect(plan.filter((step) => step.startsWith('SEARCH') && !step.includes('id=?'))).toEqual([]);
    }
  });
});
