import fc from 'fast-check';
import { MemoryEventStore } from '#event-store';
import type { DomainError } from '#kernel';
import { ManualClock, type TenantId } from '#kernel';
import { CalendarStore, PolicyStore, SlaCatalogue } from '#service-level';
import { at } from '#testing';
import { recordedScenario, runWhatIf, sentScenario, type WhatIfOutcome } from './index.js';
import type { Scenario } from './scenario.js';

const clock = new ManualClock(at('00:00'));
const events = new MemoryEventStore();
const catalogue = new SlaCatalogue(new PolicyStore(events, clock), new CalendarStore(events, clock), '2025b');
const run = (scenario: Scenario) =>
  runWhatIf(scenario, { tenantId: 'contoso' as TenantId, catalogue, now: at('00:00') });

const policies = sentScenario({
  policy: {
    obligation: 'partnerFirstResponse',
    warnings: [50, 90],
    pausesOn: ['parts', 'customer'],
    rules: [
      { when: { impact: 'critical' }, budget: 'PT2H' },
      { when: { impact: 'moderate' }, budget: 'PT4H' },
      { when: {}, budget: 'PT8H' },
    ],
    escalation: [
      { after: 'PT0S', to: 'duty-manager' },
      { after: 'PT1H', to: 'manager' },
    ],
  },
  filing: { at: at('00:00'), impact: 'critical' },
  until: at('00:00'),
}).policies;

const impact = fc.constantFrom('critical', 'moderate', 'minimal');
const reason = fc.constantFrom('parts', 'customer', 'lunch');
const action = fc.oneof(
  fc.record({ do: fc.constant('changeSeverity'), impact }),
  fc.record({ do: fc.constant('pause'), reason }),
  fc.record({ do: fc.constant('resume'), reason: fc.option(reason, { nil: undefined }) }),
  fc.record({ do: fc.constantFrom('annul', 'close', 'reopen'), reason }),
  fc.record({ do: fc.constantFrom('respond', 'resolve', 'ask', 'workersDown', 'workersUp', 'timersLost') }),
);
const timeline = fc.array(fc.tuple(fc.integer({ min: 0, max: 14 * 60 }), action), { maxLength: 12 });
const minute = (count: number): string => new Date(Date.parse(at('00:00')) + count * 60_000).toISOString();

const scenario = fc.record({ impact, timeline }).map((drawn) => ({
  policies,
  policyIds: ['inline'],
  filing: { at: at('00:00'), impact: drawn.impact },
  timeline: drawn.timeline.map(([count, step]) => ({ at: minute(count), ...step })),
  until: at('23:59'),
}));

/** Without the steps that are refused, as a history has none. */
const runWhatIsTaken = async (wanted: Scenario): Promise<WhatIfOutcome> => {
  try {
    return await run(wanted);
  } catch (error) {
    const [, index] = /^#\/timeline\/(\d+)/.exec((error as DomainError).details.errors?.[0]?.pointer ?? '') ?? [];
    if (index === undefined) throw error;
    return runWhatIsTaken({ ...wanted, timeline: wanted.timeline.filter((_, each) => each !== Number(index)) });
  }
};

const told = ({ events: history }: WhatIfOutcome) =>
  history.map(({ type, recordedAt, data }) => JSON.stringify({ type, recordedAt, data }));

const lived = ({ events: history }: WhatIfOutcome, timers: 'recorded' | 'prompt'): Scenario => {
  const sent: unknown = JSON.parse(JSON.stringify(recordedScenario(history, timers, at('23:59'))));
  return { ...sentScenario(sent), policies };
};

describe('the scenario of a recorded request', () => {
  it('gives byte for byte the events that were recorded', () =>
    fc.assert(
      fc.asyncProperty(scenario, async ({ policies: _, ...sent }) => {
        const outcome = await runWhatIsTaken({ ...sentScenario(sent), policies });
        expect(told(await run(lived(outcome, 'recorded')))).toEqual(told(outcome));
      }),
      { numRuns: 300 },
    ));

  it('shows with prompt timers what an outage hid', async () => {
    const sent = {
      policyIds: ['inline'],
      filing: { at: at('00:00'), impact: 'critical' },
      timeline: [
        { at: at('01:50'), do: 'workersDown' },
        { at: at('03:10'), do: 'workersUp' },
      ],
      until: at('04:00'),
    };
    const outcome = await run({ ...sentScenario(sent), policies });
    expect(outcome.request.obligations[0]?.breach?.detectedAt).toBe(at('03:10'));
    const prompt = await run(lived(outcome, 'prompt'));
    expect(prompt.request.obligations[0]?.breach?.detectedAt).toBe(at('02:00:00.001'));
  });

  it('cannot be told of one that took part in a merge', async () => {
    const sent = {
      filing: { at: at('00:00'), impact: 'minimal' },
      timeline: [{ at: at('01:00'), do: 'merge', duplicate: { at: at('00:30'), impact: 'critical' } }],
      until: at('02:00'),
    };
    const { events: history } = await run(sentScenario(sent));
    expect(() => recordedScenario(history, 'prompt', at('02:00'))).toThrow('took part in a merge');
  });
});
