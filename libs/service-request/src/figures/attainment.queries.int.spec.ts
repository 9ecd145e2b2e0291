import fc from 'fast-check';
import { compileCalendar } from '#business-time';
import { type Instant, instantFromMs, instantToMs, type TenantId } from '#kernel';
import type { Impact } from '#service-level';
import { at, programTerms, termsOf } from '#testing';
import { closeRequest } from '../domain/settle-request.js';
import { pauseClock } from '../domain/pause-clock.js';
import { figures } from '../../test/figures.js';
import type { OutcomeRow } from '../read-models/schema.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const later = (instant: Instant, ms: number): Instant => instantFromMs(instantToMs(instant) + ms);
const budgets = { critical: 120, moderate: 240, minimal: 480 } as const;

let on: Awaited<ReturnType<typeof figures>>;

beforeEach(async () => {
  on = await figures();
});

afterEach(() => on.end());

/** Filed, and answered so many minutes later; what is late is noticed a millisecond after it was due. */
const answeredAfter = async (impact: Impact, minutes: number, filedAt = at('00:00')) => {
  const id = await on.file(filedAt, impact);
  if (minutes > budgets[impact]) await on.check(later(filedAt, budgets[impact] * MINUTE_MS + 1), id);
  await on.answer(later(filedAt, minutes * MINUTE_MS), id);
  return id;
};

/** The worked figures: A 110, 130; B 200, 239, 241; C 470. */
const worked = async () => {
  for (const [impact, minutes] of [
    ['critical', 110],
    ['critical', 130],
    ['moderate', 200],
    ['moderate', 239],
    ['moderate', 241],
    ['minimal', 470],
  ] as const)
    await answeredAfter(impact, minutes);
};

describe('the figures of what was promised', () => {
  it('are the worked ones: 4 of 6, mean 231.67, percentiles by nearest rank', async () => {
    await worked();
    expect((await on.ask()).totals).toEqual({
      attainment: { met: 4, of: 6, ratio: 0.6667 },
      met: 4,
      breached: 2,
      annulled: 0,
      unanswered: 0,
      responseMinutes: { measured: 6, mean: 231.67, p50: 200, p75: 241, p90: 470, p95: 470 },
    });
  });

  it('tell what other budgets would have come to: 2 of 6 with three hours for moderate ones', async () => {
    await worked();
    const { totals } = await on.ask({ budgets: { moderate: 3 * HOUR_MS } });
    expect(totals).toMatchObject({ met: 4, whatIf: { attainment: { met: 2, of: 6, ratio: 0.3333 }, undecided: 0 } });
    const { totals: wider } = await on.ask({ budgets: { critical: 130 * MINUTE_MS, moderate: 241 * MINUTE_MS } });
    expect(wider.whatIf?.attainment).toEqual({ met: 6, of: 6, ratio: 1 });
    const { totals: justMissed } = await on.ask({ budgets: { critical: 130 * MINUTE_MS - 1 } });
    expect(justMissed.whatIf?.attainment.met).toBe(4);
  });

  it('are told apart by severity, kind, policy and customer, one or several', async () => {
    await worked();
    await on.answer(at('00:10'), await on.file(at('00:00'), 'critical', { customerId: 'contoso' }));
    const { groups } = await on.ask({ groupBy: ['severity'] });
    expect(groups).toMatchObject([
      { by: { severity: 'critical' }, met: 2, breached: 1, responseMinutes: { p50: 110 } },
      { by: { severity: 'minimal' }, met: 1, breached: 0 },
      { by: { severity: 'moderate' }, met: 2, breached: 1, responseMinutes: { mean: 226.67, p75: 241 } },
    ]);
    expect((await on.ask({ groupBy: ['customer', 'policy', 'kind'] })).groups).toMatchObject([
      { by: { customer: 'contoso', policy: 'program', kind: 'programFirstResponse' }, met: 1 },
      { by: { customer: 'fabrikam', policy: 'program', kind: 'programFirstResponse' }, met: 4, breached: 2 },
    ]);
    expect((await on.ask({ filter: { customerId: 'contoso' } })).totals).toMatchObject({ met: 1, breached: 0 });
    expect((await on.ask({ filter: { severity: 'moderate', policyId: 'program' } })).totals.met).toBe(2);
    expect((await on.ask({ filter: { kind: 'resolution' } })).totals.attainment).toEqual({
      met: 0,
      of: 0,
      ratio: null,
    });
  });

  it('count a promise in the period in which it was due, not in that of its filing or answer', async () => {
    await answeredAfter('critical', 10, at('2026-07-31T23:00'));
    expect((await on.ask({ groupBy: ['month'] })).groups).toMatchObject([{ by: { month: '2026-08' }, met: 1 }]);
    expect((await on.ask({ groupBy: ['month'], timeZone: 'America/New_York' })).groups).toMatchObject([
      { by: { month: '2026-07' } },
    ]);
    expect((await on.ask({ to: at('2026-08-01T01:00') })).totals.met).toBe(0);
    expect((await on.ask({ from: at('2026-08-01T01:00'), to: at('2026-08-01T01:00:00.001') })).totals.met).toBe(1);
    expect((await on.ask({ from: at('2026-08-01T01:00:00.001') })).totals.met).toBe(0);
  });

  it('hold the promise that is due at the very start of a period', async () => {
    await answeredAfter('critical', 10, at('2026-07-31T22:00'));
    expect((await on.ask({ groupBy: ['day', 'severity'] })).groups).toMatchObject([
      { by: { day: '2026-08-01', severity: 'critical' }, met: 1 },
    ]);
  });

  it('leave out what is open, or paused, or settled unanswered', async () => {
    await on.file(at('00:00'), 'critical');
    const id = await on.file(at('00:00'), 'critical');
    await on.change(at('00:10'), id, (request) => closeRequest({ reason: 'Withdrawn', now: at('00:10') }, request));
    expect((await on.ask({ groupBy: ['day'] })).groups).toEqual([]);
    expect(await on.outcomes()).toEqual([]);
  });

  it('count a miss that nobody has answered, which has no time yet', async () => {
    const id = await on.file(at('00:00'), 'critical');
    await on.check(at('02:00:00.001'), id);
    expect((await on.ask()).totals).toMatchObject({
      attainment: { met: 0, of: 1, ratio: 0 },
      unanswered: 1,
      responseMinutes: { measured: 0, mean: null, p50: null },
    });
    const whatIf = async (ms: number) => (await on.ask({ budgets: { critical: ms } })).totals.whatIf;
    expect(await whatIf(HOUR_MS)).toEqual({ attainment: { met: 0, of: 1, ratio: 0 }, undecided: 0 });
    expect(await whatIf(3 * HOUR_MS)).toEqual({ attainment: { met: 0, of: 0, ratio: null }, undecided: 1 });
    await on.answer(at('03:00'), id);
    expect((await on.ask()).totals).toMatchObject({ breached: 1, unanswered: 0, responseMinutes: { mean: 180 } });
    expect(await whatIf(3 * HOUR_MS)).toMatchObject({ attainment: { met: 1, of: 1 } });
  });

  it('show annulled ones apart, in neither the attainment nor the times', async () => {
    await on.annul(at('05:00'), await answeredAfter('critical', 130));
    expect((await on.ask({ budgets: { critical: HOUR_MS } })).totals).toMatchObject({
      attainment: { of: 0 },
      met: 0,
      breached: 0,
      annulled: 1,
      responseMinutes: { measured: 0 },
      whatIf: { attainment: { of: 0 }, undecided: 0 },
    });
  });

  it('use the severity of the promise at its breach (E30)', async () => {
    const id = await on.file(at('00:00'), 'critical');
    await on.check(at('02:00:00.001'), id);
    await on.change(at('03:00'), id, () => [
      {
        type: 'SeverityAssigned',
        data: { requestId: id, impact: 'minimal', reason: 'Milder', assignedAt: at('03:00') },
      },
    ]);
    await on.answer(at('06:00'), id);
    expect((await on.ask({ groupBy: ['severity'] })).groups).toMatchObject([
      { by: { severity: 'critical' }, breached: 1, responseMinutes: { mean: 360 } },
    ]);
  });

  it('count time on the promise’s own clock: a budget that ran out at closing was missed, one that did not was kept', async () => {
    const calendar = {
      timeZone: 'UTC',
      week: { '1': [['01:00', '03:00']], '2': [['01:00', '03:00']] },
      holidays: [],
      overrides: {},
    } as const;
    const terms = termsOf({ budgetMs: HOUR_MS, calendar });
    const id = await on.file(at('00:00'), 'critical', { terms });
    await on.check(at('02:00:00.001'), id);
    await on.answer(at('20:00'), id, () => compileCalendar(calendar));
    expect((await on.ask()).totals).toMatchObject({ breached: 1, responseMinutes: { mean: 120 } });
    const kept = async (ms: number) => (await on.ask({ budgets: { critical: ms } })).totals.whatIf?.attainment.met;
    expect(await kept(2 * HOUR_MS)).toBe(0);
    expect(await kept(2 * HOUR_MS + 1)).toBe(1);
  });

  it('count what was kept while its clock stood by when it was to be due before that', async () => {
    const terms = programTerms('critical', 'retroactive', { pausesOn: ['parts'] });
    const id = await on.file(at('23:00'), 'critical', { terms });
    await on.change(at('23:30'), id, (request) => pauseClock({ reason: 'parts', now: at('23:30') }, request));
    await on.answer(at('23:45'), id);
    expect((await on.ask({ groupBy: ['day'] })).groups).toMatchObject([
      { by: { day: '2026-07-14' }, met: 1, responseMinutes: { mean: 30 } },
    ]);
  });

  it('have no time for an answer that was not measured, and judge it by what is known', async () => {
    const id = await on.file(at('00:00'), 'critical');
    await on.answer(at('01:00'), id, () => undefined);
    const { totals } = await on.ask({ budgets: { critical: HOUR_MS } });
    expect(totals).toMatchObject({ met: 1, responseMinutes: { measured: 0 }, whatIf: { undecided: 1 } });
    expect((await on.ask({ budgets: { critical: 3 * HOUR_MS } })).totals.whatIf?.attainment.met).toBe(1);
  });

  it('are those of one tenant (G9)', async () => {
    await worked();
    expect((await on.ask({}, 'adatum' as TenantId)).totals.attainment.of).toBe(0);
  });

  it('give no groups where there would be too many', async () => {
    await answeredAfter('critical', 10, at('2020-01-01T00:00'));
    await answeredAfter('critical', 10, at('2026-01-01T00:00'));
    expect((await on.ask({ groupBy: ['day'] })).groups).toBeUndefined();
    expect((await on.ask({ groupBy: ['week'] })).groups).toHaveLength(2);
  });
});

describe('the figures as of an instant', () => {
  const asOf = async (time: string) => {
    const { met, breached, annulled, unanswered } = (await on.ask({ asOf: at(time) })).totals;
    return { met, breached, annulled, unanswered };
  };

  it('are what had been recorded by then', async () => {
    const id = await answeredAfter('critical', 130);
    await on.annul(at('05:00'), id);
    expect(await asOf('02:00')).toEqual({ met: 0, breached: 0, annulled: 0, unanswered: 0 });
    expect(await asOf('02:00:00.001')).toEqual({ met: 0, breached: 1, annulled: 0, unanswered: 1 });
    expect(await asOf('02:09:59.999')).toEqual({ met: 0, breached: 1, annulled: 0, unanswered: 1 });
    expect(await asOf('02:10')).toEqual({ met: 0, breached: 1, annulled: 0, unanswered: 0 });
    expect(await asOf('04:59:59.999')).toEqual({ met: 0, breached: 1, annulled: 0, unanswered: 0 });
    expect(await asOf('05:00')).toEqual({ met: 0, breached: 0, annulled: 1, unanswered: 0 });
  });

  it('go by the order of the history where a clock was set back, as the view of a request does', async () => {
    const id = await on.file(at('00:00'), 'critical');
    await on.check(at('02:01'), id);
    await on.answer(at('02:05'), id);
    await on.outcomes(); // these are written before the next one is known
    await on.annul(at('02:03'), id);
    expect(await asOf('02:02')).toMatchObject({ breached: 1, annulled: 0 });
    expect(await asOf('02:03')).toMatchObject({ breached: 0, annulled: 1 });
    expect(await asOf('02:04')).toMatchObject({ breached: 0, annulled: 1 });
    expect(await asOf('02:06')).toMatchObject({ breached: 0, annulled: 1 });
  });

  it('come from rows that a rebuild makes the same, and that a filing does not touch', async () => {
    await worked();
    await on.annul(at('09:00'), await answeredAfter('critical', 150));
    await on.file(at('09:30'), 'critical');
    const before: readonly OutcomeRow[] = await on.outcomes();
    expect(before).toHaveLength(6 + 2 + 3); // two late answers, and breach, answer and annulment of the last
    await on.rebuild();
    expect(await on.outcomes()).toEqual(before);
  });
});

describe('percentiles and mean', () => {
  const nearestRank = (sorted: readonly number[], percent: number): number | undefined =>
    sorted[Math.ceil((percent * sorted.length) / 100) - 1];
  const rounded = (ms: number | undefined) => (ms === undefined ? null : Math.round(ms / 600) / 100);

  it('are those of a list that is sorted and counted, whatever the times and groups', async () => {
    const outcome = fc.record({
      ms: fc.option(fc.integer({ min: 0, max: 40_000_000 }), { freq: 10 }),
      severity: fc.constantFrom('critical', 'moderate', 'minimal'),
      annulled: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    });
    const row = (each: { ms: number | null; severity: string; annulled: boolean }, cycle: number): OutcomeRow => ({
      tenant: 'contoso',
      due_at: at('02:00'),
      request_id: 'r',
      kind: 'programFirstResponse',
      cycle,
      revision: 1,
      outcome: each.annulled ? 'annulled' : 'met',
      recorded_from: at('01:00'),
      recorded_until: null,
      policy_id: 'program',
      customer_id: 'fabrikam',
      severity: each.severity,
      budget_ms: 7_200_000,
      responded_at: at('01:00'),
      elapsed_ms: each.ms,
      clock_stood: 0,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 60 }), async (outcomes) => {
        await on.database.deleteFrom('outcomes_g1' as 'outcomes').execute();
        await on.database
          .insertInto('outcomes_g1' as 'outcomes')
          .values(outcomes.map(row))
          .execute();
        const { totals, groups } = await on.ask({ groupBy: ['severity'] });
        for (const { responseMinutes, by } of [{ ...totals, by: {} as { severity?: string } }, ...(groups ?? [])]) {
          const times = outcomes
            .filter(({ severity, annulled }) => !annulled && (by.severity ?? severity) === severity)
            .flatMap(({ ms }) => ms ?? [])
            .sort((a, b) => a - b);
          const sum = times.reduce((total, ms) => total + ms, 0);
          expect(responseMinutes).toEqual({
            measured: times.length,
            mean: times.length === 0 ? null : Math.round(sum / (times.length * 600)) / 100,
            p50: rounded(nearestRank(times, 50)),
            p75: rounded(nearestRank(times, 75)),
            p90: rounded(nearestRank(times, 90)),
            p95: rounded(nearestRank(times, 95)),
          });
        }
      }),
      { numRuns: 200 },
    );
  });
});
