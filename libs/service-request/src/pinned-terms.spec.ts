import { alwaysOpen, nextOpening } from '#business-time';
import { MemoryEventStore } from '#event-store';
import {
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  type Instant,
  ManualClock,
  newUuid,
  type TenantId,
} from '#kernel';
import {
  CalendarStore,
  editionOf,
  type ObligationKind,
  PolicyStore,
  PromisedBudgets,
  type ServiceLevelQueries,
  SlaCatalogue,
} from '#service-level';
import {
  PublishCalendarCommand,
  PublishCalendarHandler,
  PublishPolicyCommand,
  PublishPolicyHandler,
} from '#service-level/commands';
import {
  answered,
  aroundTheClock,
  at,
  breached,
  closed,
  filedDetails,
  firstResponse,
  nextResponse,
  promised,
  requestId,
  specify,
  termsOf,
} from '#testing';
import { fileRequest } from './domain/file-request.js';
import { mustBeFiled } from './domain/refusals.js';
import { evolve, notFiled, type ServiceRequest } from './domain/service-request.state.js';
import { resolveRequest } from './domain/settle-request.js';
import { PinnedTerms } from './pinned-terms.js';

const tenantId = 'contoso' as TenantId;
const given = specify({ initial: notFiled, evolve });
const facts = { ...filedDetails, impact: 'critical', language: 'en' } as const;
const meta = (): CommandMeta => ({
  commandId: newUuid() as CommandId,
  correlationId: newUuid() as CorrelationId,
  tenantId,
  actor: { id: 'ann', role: 'operator', kind: 'person' },
});

/** A desk with a policy of an hour's budget on a calendar of its own; both can be published anew. */
const fixture = async () => {
  const clock = new ManualClock(at('00:00'));
  const events = new MemoryEventStore();
  const [policies, calendars] = [new PolicyStore(events, clock), new CalendarStore(events, clock)];
  const catalogue = new SlaCatalogue(policies, calendars, '2025b');
  const listed = { list: async () => [] } as unknown as ServiceLevelQueries; // no read model: nothing is listed
  const promised = new PromisedBudgets(listed, catalogue);
  const publishCalendar = async () => {
    const week = { '1': [['00:00', '24:00']], '2': [['00:00', '24:00']] } as const;
    const definition = { displayName: 'Desk', timeZone: 'UTC', week, holidays: [], overrides: {} };
    await new PublishCalendarHandler(calendars, promised, clock).execute(
      new PublishCalendarCommand('desk', definition, undefined, meta()),
    );
  };
  const publish = async (id: string, obligation: ObligationKind, budget: string, calendarId = 'desk') => {
    const definition = {
      displayName: id,
      obligation,
      severityChange: 'retroactive',
      warnings: [90, 50],
      pausesOn: ['parts'],
      rules: [{ when: { impact: 'critical' }, budget, calendarId }],
      escalation: [
        { after: 'PT1H', to: 'manager' },
        { after: 'PT0S', to: 'duty-manager' },
      ],
    } as const;
    await new PublishPolicyHandler(policies, catalogue, clock).execute(
      new PublishPolicyCommand(id, definition, undefined, meta()),
    );
  };
  await publishCalendar();
  await publish('answer', 'programFirstResponse', 'PT1H');
  await publish('solve', 'resolution', 'PT4H');
  const termsNow = async (id: string) => {
    const published = await catalogue.policy(tenantId, id);
    const edition = published && editionOf(id, published, published.versions.length);
    const terms = edition && (await catalogue.terms(tenantId, edition, facts, clock.now()));
    if (terms === undefined) throw new Error(`No rule of ${id} fits.`);
    return terms;
  };
  const terms = [await termsNow('answer'), await termsNow('solve')];
  const filed = given().after((request) =>
    fileRequest({ requestId, details: filedDetails, impact: 'critical', terms }, request),
  );
  clock.set(at('00:30'));
  return { clock, publish, publishCalendar, filed, pinned: new PinnedTerms(catalogue) };
};

const state = (request: ServiceRequest) => mustBeFiled(request);

describe('the terms of a promise', () => {
  it('have their warnings and steps in order, whatever the policy’s', async () => {
    const { filed, pinned } = await fixture();
    const terms = (await pinned.asPromised(tenantId, state(filed.state)))(firstResponse);
    expect(terms.warnings).toEqual([50, 90]);
    expect(terms.escalation).toEqual([
      { afterMs: 0, to: 'duty-manager' },
      { afterMs: 3_600_000, to: 'manager' },
    ]);
  });

  it('are those of the versions that it was made under, each promise its own (R10)', async () => {
    const { filed, pinned, publish, publishCalendar } = await fixture();
    await publishCalendar();
    await publish('answer', 'programFirstResponse', 'PT9H');
    const termsOf = await pinned.asPromised(tenantId, state(filed.state));
    expect(termsOf(firstResponse)).toMatchObject({
      budgetMs: 3_600_000,
      policy: { id: 'answer', version: 1 },
      calendar: { id: 'desk', version: 1 },
    });
    expect(termsOf({ kind: 'resolution', cycle: 1 })).toMatchObject({ budgetMs: 14_400_000, policy: { id: 'solve' } });
  });

  it('stay on the time zone data that it was made on, as far as that was recorded (R10)', async () => {
    const { filed, pinned } = await fixture();
    const request = state(filed.state);
    const obligations = request.obligations.map((obligation) => ({
      ...obligation,
      tzdata: '1999a',
      zoneRules: '2026-07-01/2026-07-14 +03:00',
    }));
    const termsOf = await pinned.asPromised(tenantId, { ...request, obligations });
    const { tzdata, calendar } = termsOf(firstResponse);
    const opensAt = (instant: string) => nextOpening(calendar.openHours, instant as Instant);
    expect(tzdata).toBe('1999a');
    expect(opensAt('2026-07-10T00:00:00.000Z')).toBe('2026-07-12T21:00:00.000Z'); // Monday, three hours east
    expect(opensAt('2026-07-17T00:00:00.000Z')).toBe('2026-07-20T00:00:00.000Z'); // beyond the rules: as of now
    const [obligation] = obligations;
    const newest = obligation && (await pinned.newest(tenantId, request, obligation, at('00:30')));
    expect(newest?.tzdata).toBe('2025b');
  });

  it('stay those of a promise that runs again, though a merge made its request worse (E44)', async () => {
    const { filed, pinned } = await fixture();
    const worse = state(filed.state);
    const obligations = worse.obligations.map((one) => ({
      ...one,
      severity: 'minimal' as const,
      serviceLevelAgreement: { ...one.serviceLevelAgreement, slaMinutes: 480 },
    }));
    const request = { ...worse, obligations };
    expect((await pinned.asPromised(tenantId, request))(firstResponse).budgetMs).toBe(480 * 60_000);
    const reopening = await pinned.onReopening(tenantId, request, at('01:00'));
    expect(reopening(firstResponse).budgetMs).toBe(480 * 60_000);
    const inGerman = await pinned.afterChange(tenantId, request, { preferredSupportLanguage: 'de' });
    expect(() => inGerman(firstResponse)).toThrow('No rule'); // there is one for critical only
  });

  it('are the newest only when asked for them (R10)', async () => {
    const { filed, pinned, publish, publishCalendar, clock } = await fixture();
    await publishCalendar();
    await publish('answer', 'programFirstResponse', 'PT9H');
    const request = state(filed.state);
    const [obligation] = request.obligations;
    expect(obligation && (await pinned.newest(tenantId, request, obligation, clock.now()))).toMatchObject({
      budgetMs: 32_400_000,
      policy: { version: 2 },
      calendar: { version: 2 },
    });
  });

  it('of a new cycle follow the policy of the one before, on the calendar of now (E40, R10)', async () => {
    const { filed, pinned, publishCalendar, clock } = await fixture();
    const done = filed
      .after(() => [answered(at('00:10'))])
      .after((request) => resolveRequest({ summary: 'Done', now: at('00:20') }, aroundTheClock, request))
      .after(() => [closed(at('00:25'))]);
    await publishCalendar();
    const termsOf = await pinned.onReopening(tenantId, state(done.state), clock.now());
    expect(termsOf({ kind: 'nextResponse', cycle: 1 })).toMatchObject({
      policy: { id: 'answer', version: 1 },
      calendar: { id: 'desk', version: 2 },
    });
    expect(termsOf({ kind: 'resolution', cycle: 2 })).toMatchObject({ policy: { id: 'solve', version: 1 } });
  });

  it('are not needed to count the time of an answer: the calendar is that of the promise, missed or not', async () => {
    const { filed, pinned, publishCalendar } = await fixture();
    await publishCalendar();
    const late = filed.after(() => [breached(at('01:00'), at('01:01'), 'critical')]);
    const openHoursOf = await pinned.openHours(tenantId, state(late.state));
    expect(openHoursOf(firstResponse)?.openMsBetween(0, Date.parse(at('00:00')))).toBeGreaterThan(0);
    const gone = filed.after(() => [
      promised({
        key: nextResponse,
        dueAt: at('01:00'),
        severity: 'critical',
        terms: termsOf({ budgetMs: 1, calendar: alwaysOpen }),
      }),
    ]);
    expect((await pinned.openHours(tenantId, state(gone.state)))(nextResponse)).toBeUndefined();
  });

  it('are refused where no rule fits what the request would become', async () => {
    const { filed, pinned } = await fixture();
    const termsOf = await pinned.afterChange(tenantId, state(filed.state), { impact: 'minimal' });
    expect(() => termsOf(firstResponse)).toThrow('No rule of the policy that promises the programFirstResponse fits');
  });
});
