import { eventually } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { Page, ProblemView } from '../support/views.js';

interface Outcome {
  readonly events: readonly {
    readonly type: string;
    readonly at: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  readonly obligations: readonly {
    readonly kind: string;
    readonly cycle: number;
    readonly revision: number;
    readonly state: string;
    readonly serviceLevelAgreement: { readonly expirationTime: string | null };
    readonly respondedAt?: string;
    readonly breach?: { readonly dueAt: string; readonly detectedAt: string; readonly severity: string };
    readonly annulment?: { readonly reason: string };
  }[];
  readonly warnings: readonly { readonly percent: number; readonly at: string }[];
  readonly explanations: readonly {
    readonly countedMs: number;
    readonly explanation: readonly { readonly summary?: true }[];
  }[];
  readonly status: string;
}

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await Ledgerdesk.start();
});
afterAll(() => ledgerdesk.remove());

const whatIf = async (scenario: object): Promise<Outcome> => {
  const { status, body } = await ledgerdesk.post<Outcome>('/v1/sla/what-if', scenario);
  if (status !== 200) throw new Error(`What-if answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** How long the slowest of those took that ask one after the other until something is done, in milliseconds. */
const longestWaitDuring = async (work: Promise<unknown>, ask: () => Promise<unknown>): Promise<number> => {
  const seen = { isDone: false };
  const ended = work.finally(() => (seen.isDone = true));
  let longestMs = 0;
  while (!seen.isDone) {
    const begun = performance.now();
    await ask();
    longestMs = Math.max(longestMs, performance.now() - begun);
  }
  await ended;
  return longestMs;
};

const day = '2026-07-13';
/** On the day of the cases; `24:00` and later are on the next one. */
const at = (time: string): string =>
  `${day}T${time.length === 5 ? `${time}:00` : time}${time.includes('.') ? '' : '.000'}Z`;

/** The three severities on 24 × 7: A 2 h, B 4 h, C 8 h. */
const plain = (more: object = {}) => ({
  obligation: 'programFirstResponse',
  rules: [
    { when: { impact: 'critical' }, budget: 'PT2H' },
    { when: { impact: 'moderate' }, budget: 'PT4H' },
    { when: {}, budget: 'PT8H' },
  ],
  ...more,
});
const fromChange = plain({ severityChange: 'fromChange' });

const IMPACT = { A: 'critical', B: 'moderate', C: 'minimal' } as const;
type Letter = keyof typeof IMPACT;

/** Filed at midnight of the day; looked at until the next midnight. */
const filed = (letter: Letter, timeline: readonly object[], more: object = {}) => ({
  filing: { at: at('00:00'), impact: IMPACT[letter] },
  timeline,
  until: '2026-07-14T00:00:00.000Z',
  ...more,
});
/** Open for every second tenth of an hour. */
const tenths = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).flatMap((hour) =>
  ['00', '12', '24', '36', '48'].map((minute) => [
    `${hour}:${minute}`,
    `${hour}:${String(Number(minute) + 6).padStart(2, '0')}`,
  ]),
);
const to = (letter: Letter, time: string) => ({ at: at(time), do: 'changeSeverity', impact: IMPACT[letter] });
const step = (time: string, what: string, more: object = {}) => ({ at: at(time), do: what, ...more });

const first = async (scenario: object) => {
  const outcome = await whatIf(scenario);
  const [obligation] = outcome.obligations;
  if (obligation === undefined) throw new Error('Nothing is promised.');
  const breaches = outcome.events.filter(({ type }) => type === 'ResponseBreached').map(({ data }) => data);
  return { ...outcome, obligation, breaches, due: obligation.serviceLevelAgreement.expirationTime };
};

describe('a change of severity', () => {
  it('E27: C to A in time counts from the filing, or from the change when the policy says so', async () => {
    const early = { until: at('01:30') };
    expect((await first(filed('C', [to('A', '01:00')], early))).due).toBe(at('02:00'));
    expect((await first(filed('C', [to('A', '01:00')], { policy: fromChange, ...early }))).due).toBe(at('03:00'));
  });

  it('E28: to A when its target is past is a miss found now', async () => {
    const { breaches } = await first(filed('C', [to('A', '05:00')]));
    expect(breaches).toMatchObject([{ dueAt: at('02:00'), detectedAt: at('05:00'), cause: 'severityChange' }]);
    const { due } = await first(filed('C', [to('A', '05:00')], { policy: fromChange, until: at('06:00') }));
    expect(due).toBe(at('07:00'));
  });

  it('E29: after a miss changes neither it nor its severity, and tells again', async () => {
    const { breaches, events } = await first(filed('B', [to('A', '05:00')]));
    expect(breaches).toMatchObject([{ dueAt: at('04:00'), severity: 'moderate' }]);
    expect(events.filter(({ type }) => type === 'Escalated').map(({ data }) => data['reason'])).toEqual([
      'breach',
      'severityUpgrade',
    ]);
  });

  it('E30: to C after a miss leaves it missed, by the severity that it had', async () => {
    const { obligation } = await first(filed('A', [to('C', '03:00'), step('06:00', 'respond')]));
    expect(obligation).toMatchObject({
      state: 'breached',
      respondedAt: at('06:00'),
      breach: { dueAt: at('02:00'), severity: 'critical' },
    });
  });

  it('E31: A to C a second before due moves it, and that is told', async () => {
    const { due, breaches, events } = await first(filed('A', [to('C', '01:59:59')], { until: at('07:59') }));
    expect({ due, breaches }).toEqual({ due: at('08:00'), breaches: [] });
    expect(events.filter(({ type }) => type === 'SeverityAssigned').at(-1)?.data).toMatchObject({ untilDueMs: 1_000 });
  });

  it('E32: to C and back to A gives three deadlines, of which the third alone may be missed', async () => {
    const changes = [to('C', '00:30'), to('A', '01:00')];
    const { obligation, breaches } = await first(filed('A', changes));
    expect(obligation.revision).toBe(3);
    expect(breaches).toMatchObject([{ dueAt: at('02:00'), revision: 3 }]);
    const later = await first(filed('A', changes, { policy: fromChange }));
    expect(later.breaches).toMatchObject([{ dueAt: at('03:00'), revision: 3 }]);
  });
});

describe('an end', () => {
  it('E40: after the answer keeps it met; reopened the next day owes a next response', async () => {
    const { obligations } = await whatIf(
      filed('A', [step('01:00', 'respond'), step('02:30', 'close'), { at: '2026-07-14T09:00:00Z', do: 'reopen' }], {
        until: '2026-07-14T09:30:00Z',
      }),
    );
    expect(obligations).toMatchObject([
      { kind: 'programFirstResponse', cycle: 1, state: 'met' },
      {
        kind: 'nextResponse',
        cycle: 1,
        state: 'open',
        serviceLevelAgreement: {
          startTime: '2026-07-14T09:00:00.000Z',
          expirationTime: '2026-07-14T11:00:00.000Z',
        },
      },
    ]);
  });

  it('E41: without an answer stops the clock until it is reopened', async () => {
    const { due } = await first(filed('A', [step('01:00', 'close'), step('05:00', 'reopen')], { until: at('05:30') }));
    expect(due).toBe(at('06:00'));
  });
});

describe('a change of language', () => {
  it('E42: en to ko moves it to the Korean calendar', async () => {
    const begun = {
      filing: { at: '2026-07-13T17:00:00+09:00', impact: 'moderate' },
      timeline: [] as object[],
      until: '2026-07-13T20:00:00+09:00',
    };
    expect((await first(begun)).due).toBe('2026-07-13T12:00:00.000Z');
    begun.timeline.push({ at: '2026-07-13T18:30:00+09:00', do: 'changeLanguage', preferredSupportLanguage: 'ko' });
    expect((await first(begun)).due).toBe('2026-07-14T03:00:00.000Z');
  });

  it('E43: A/en on a Friday evening, an hour later C/ko', async () => {
    const { due } = await first({
      filing: { at: '2026-07-10T20:00:00+09:00', impact: 'critical' },
      timeline: [
        { at: '2026-07-10T21:00:00+09:00', do: 'changeSeverity', impact: 'minimal' },
        { at: '2026-07-10T21:00:00+09:00', do: 'changeLanguage', preferredSupportLanguage: 'ko' },
      ],
      until: '2026-07-11T00:00:00+09:00',
    });
    expect(due).toBe('2026-07-13T08:00:00.000Z');
  });
});

it('E44: a merge keeps the earlier deadline and the higher severity', async () => {
  const { due, events } = await first({
    filing: { at: at('09:00'), impact: 'minimal' },
    timeline: [step('10:30', 'merge', { duplicate: { at: at('10:00'), impact: 'critical' } })],
    until: at('11:00'),
  });
  expect(due).toBe(at('12:00'));
  expect(events.filter(({ type }) => type === 'SeverityAssigned').at(-1)?.data).toMatchObject({ impact: 'critical' });
});

describe('while the workers are down', () => {
  const outage = (respondedAt: string) =>
    filed('A', [step('01:50', 'workersDown'), step(respondedAt, 'respond'), step('03:10', 'workersUp')]);

  it('E45: a miss is found late, with its true due, and told to nobody as if an answer were missing', async () => {
    const { breaches, events } = await first(outage('02:30'));
    expect(breaches).toMatchObject([{ dueAt: at('02:00'), detectedAt: at('03:10'), respondedAt: at('02:30') }]);
    expect(events.filter(({ type }) => type === 'Escalated')).toHaveLength(1);
  });

  it('E46: nothing is missed that was answered in time', async () => {
    const { obligation, breaches } = await first(outage('01:55'));
    expect({ state: obligation.state, breaches }).toEqual({ state: 'met', breaches: [] });
  });
});

describe('a timer', () => {
  it('E47: that fires 90 s early changes nothing, and fires again in time', async () => {
    const { breaches } = await first(filed('A', [step('01:58:30', 'ask')]));
    expect(breaches).toMatchObject([{ dueAt: at('02:00'), detectedAt: at('02:00:00.001') }]);
  });

  it('E50: that fires twice finds one miss', async () => {
    const twice = filed('A', [step('01:00', 'workersDown'), step('02:10', 'ask'), step('02:10', 'ask')]);
    expect((await first(twice)).breaches).toHaveLength(1);
  });

  it('E51: that the queue forgot is armed again; what was overdue is found at once', async () => {
    const near = await first(filed('A', [step('01:59', 'timersLost')]));
    expect(near.breaches).toMatchObject([{ dueAt: at('02:00'), detectedAt: at('02:00:00.001') }]);
    const outage = [step('01:00', 'workersDown'), step('03:00', 'timersLost'), step('03:00', 'workersUp')];
    const overdue = await first(filed('A', outage));
    expect(overdue.breaches).toMatchObject([{ dueAt: at('02:00'), detectedAt: at('03:00') }]);
  });
});

describe('an answer', () => {
  it.each([
    ['02:00:00.000', 'met', 0],
    ['02:00:00.001', 'breached', 1],
  ])('E48: at %s is %s', async (time, state, misses) => {
    const { obligation, breaches } = await first(filed('A', [step(time, 'respond')]));
    expect({ state: obligation.state, misses: breaches.length }).toEqual({ state, misses });
  });

  it('E49: in time but recorded after the miss leaves it standing; it can be annulled', async () => {
    const told = step('02:05', 'respond', { respondedAt: at('01:59') });
    const annulled = step('02:30', 'annul', { reason: 'The answer went out by telephone.' });
    const { obligation } = await first(filed('A', [told, annulled]));
    expect(obligation).toMatchObject({
      state: 'annulled',
      respondedAt: at('01:59'),
      breach: { dueAt: at('02:00') },
      annulment: { reason: 'The answer went out by telephone.' },
    });
    const old = { ...told, at: at('02:20') };
    const refused = await ledgerdesk.post<ProblemView>('/v1/sla/what-if', filed('A', [old]));
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ pointer: '#/timeline/0/respondedAt' }]]);
  });
});

describe('a pause', () => {
  const waiting = plain({ pausesOn: ['waitingOnCustomer'] });

  it('E55: without an end leaves no due time', async () => {
    const pause = step('01:00', 'pause', { reason: 'waitingOnCustomer' });
    const { obligation, due } = await first(filed('A', [pause], { policy: waiting }));
    expect({ state: obligation.state, due }).toEqual({ state: 'paused', due: null });
  });

  it('moves the deadline by its length (R7)', async () => {
    const paused = [step('01:00', 'pause', { reason: 'waitingOnCustomer' }), step('01:45', 'resume')];
    expect((await first(filed('A', paused, { policy: waiting, until: at('02:30') }))).due).toBe(at('02:45'));
  });
});

it('E54: a calendar without an open window is refused', async () => {
  const { status, body } = await ledgerdesk.post<ProblemView>(
    '/v1/sla/what-if',
    filed('A', [], { calendars: { shut: { timeZone: 'UTC', week: {} } } }),
  );
  expect([status, body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['#/calendars/shut/week']]);
});

it('warns at percent of the open time (R11)', async () => {
  const office = { timeZone: 'Europe/Berlin', week: { '1': [['09:00', '17:00']], '5': [['09:00', '17:00']] } };
  const { warnings } = await whatIf({
    policy: {
      obligation: 'partnerFirstResponse',
      warnings: [50, 75, 90],
      rules: [{ when: {}, budget: 'PT4H', calendarId: 'office' }],
    },
    calendars: { office },
    filing: { at: '2026-07-10T16:00:00+02:00', impact: 'critical' },
    until: '2026-07-14T00:00:00Z',
  });
  expect(warnings).toMatchObject([
    { percent: 50, at: '2026-07-13T08:00:00.000Z' },
    { percent: 75, at: '2026-07-13T09:00:00.000Z' },
    { percent: 90, at: '2026-07-13T09:36:00.000Z' },
  ]);
});

describe('a published policy', () => {
  it('is tried on days before it was published', async () => {
    const rules = [{ when: {}, budget: 'PT1H', calendarId: 'always' }];
    const body = { displayName: 'Hour', obligation: 'partnerFirstResponse', rules };
    await ledgerdesk.send('PUT', '/v1/sla/policies/hour', body);
    await ledgerdesk.send('PUT', '/v1/sla/policies/hour', { ...body, rules: [{ ...rules[0], budget: 'PT90M' }] });
    const { obligation, due } = await first(filed('A', [], { policyId: 'hour', until: at('01:15') }));
    expect([due, obligation]).toMatchObject([at('01:30'), { policy: { id: 'hour', version: 2 } }]);
  });
});

describe('a recorded request', () => {
  type Told = Pick<Outcome['events'][number], 'type' | 'data'>;
  const verdicts = (events: readonly Told[], id: unknown) =>
    events
      .filter(({ type }) => type !== 'RequestFiled' && type !== 'NoteAdded')
      .map(({ type, data }) => JSON.stringify({ type, data }).replaceAll(String(id), 'the request'));

  it('is told as a scenario that gives byte for byte the recorded verdicts', async () => {
    await ledgerdesk.withContoso();
    await ledgerdesk.send('PUT', '/v1/sla/policies/hasty', {
      displayName: 'Hasty',
      obligation: 'partnerFirstResponse',
      warnings: [40, 80],
      pausesOn: ['parts'],
      rules: [{ when: {}, budget: 'PT1S', calendarId: 'always' }],
      escalation: [
        { after: 'PT0S', to: 'duty-manager' },
        { after: 'PT0.5S', to: 'manager' },
      ],
    });
    const body = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'minimal', policyId: 'hasty' };
    const { id } = (await ledgerdesk.post('/v1/service-requests', body)).body;
    const send = (path: string, more: object) => ledgerdesk.post(`/v1/service-requests/${String(id)}/${path}`, more);
    await send('pauses', { reason: 'parts' });
    await send('notes', { text: 'Waiting for a part.' });
    await send('resumptions', {});
    await send('severity', { impact: 'critical', reason: 'All mail is down.' });
    const history = async () =>
      (await ledgerdesk.get<Page<Told>>(`/v1/service-requests/${String(id)}/history`)).body.items;
    await eventually(async () => (await history()).filter(({ type }) => type === 'Escalated').length === 2);
    await send('responses', { text: 'We are on it.' });
    const lived = await ledgerdesk.get(`/v1/service-requests/${String(id)}/what-if?timers=recorded`);
    const outcome = await whatIf(lived.body);
    expect(verdicts(outcome.events, outcome.events[0]?.data['requestId'])).toEqual(verdicts(await history(), id));
  });

  it('that was never filed is not found', async () => {
    const unknown = await ledgerdesk.get('/v1/service-requests/84a0cd70-6c2e-550a-bc11-cbee5c439d4d/what-if');
    expect(unknown.status).toBe(404);
  });
});

describe('a scenario', () => {
  it('gives the same answer each time, and records nothing', async () => {
    const heads = async () =>
      (await ledgerdesk.get<Page<{ head: string }>>('/v1/projections')).body.items.map(({ head }) => head);
    const before = await heads();
    const scenario = filed('B', [to('A', '01:00'), step('03:00', 'respond')]);
    expect(await whatIf(scenario)).toEqual(await whatIf(scenario));
    expect(await heads()).toEqual(before);
  });

  it('runs the steps of one instant in the order given, whatever the order of the others', async () => {
    const [early, late] = [to('C', '01:00'), step('03:00', 'respond')];
    const shuffled = await first(filed('A', [late, early, to('B', '01:00')], { until: at('03:30') }));
    expect([shuffled.due, shuffled.obligation.state]).toEqual([at('04:00'), 'met']);
  });

  it.each<[string, object, readonly string[]]>([
    ['no filing', { until: at('02:00') }, ['#/filing']],
    ['an end before it begins', filed('A', [], { until: '2026-07-12T00:00:00Z' }), ['#/until']],
    ['a step before the filing', filed('A', [{ at: '2026-07-12T00:00:00Z', do: 'close' }]), ['#/timeline/0/at']],
    ['a step that there is not', filed('A', [step('01:00', 'dance')]), ['#/timeline/0/do']],
    ['a field that a step has not', filed('A', [step('01:00', 'workersDown', { who: 'all' })]), ['#/timeline/0/who']],
    [
      'a field of a step that is wrong',
      filed('A', [step('01:00', 'changeSeverity', { impact: 'dire' })]),
      ['#/timeline/0/impact'],
    ],
    ['a step that is refused', filed('A', [step('01:00', 'reopen')]), ['#/timeline/0']],
    ['steps that are no objects', filed('A', [null as unknown as object]), ['#/timeline/0']],
    ['two policies', filed('A', [], { policy: plain(), policyId: 'program' }), ['#/policyId']],
    ['an unknown policy', filed('A', [], { policyId: 'nobodys' }), ['#/policyId']],
    [
      'a policy on no calendar',
      filed('A', [], { policy: plain({ rules: [{ when: {}, budget: 'PT2H', calendarId: 'none' }] }) }),
      ['#/policy/rules/0/calendarId'],
    ],
    ['a calendar that is built in', filed('A', [], { calendars: { always: {} } }), ['#/calendars/always']],
    [
      'a zone that there is not',
      filed('A', [], { calendars: { mars: { timeZone: 'Mars/Olympus', week: { '1': [['09:00', '17:00']] } } } }),
      ['#/calendars/mars/timeZone'],
    ],
    [
      'a step that nobody lives to see',
      filed('A', [{ at: '2076-09-01T00:00:00Z', do: 'respond' }], { until: '9999-12-31T00:00:00Z' }),
      ['#/timeline/0/at'],
    ],
    [
      'a step for which too many windows are looked at',
      filed('A', [{ at: '2066-07-13T00:00:00Z', do: 'respond' }], {
        policy: plain({ rules: [{ when: {}, budget: 'PT2H', calendarId: 'fractured' }] }),
        calendars: {
          fractured: {
            timeZone: 'America/New_York',
            week: Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((weekday) => [weekday, tenths])),
          },
        },
        until: '2066-07-14T00:00:00Z',
      }),
      ['#/timeline/0'],
    ],
    [
      'too many merges',
      filed(
        'A',
        Array.from({ length: 21 }, () => step('01:00', 'merge', { duplicate: { at: at('00:30'), impact: 'minimal' } })),
      ),
      ['#/timeline'],
    ],
    [
      'too many steps',
      filed(
        'A',
        Array.from({ length: 1_001 }, () => step('01:00', 'ask')),
      ),
      ['#/timeline'],
    ],
  ])('is refused with the place of the mistake: %s', async (_, scenario, pointers) => {
    const { status, body } = await ledgerdesk.post<ProblemView>('/v1/sla/what-if', scenario);
    expect([status, body.errors?.map(({ pointer }) => pointer)]).toEqual([422, pointers]);
  });

  it('is looked at until the last of days, whatever a policy puts off beyond', async () => {
    const escalation = [
      { after: 'PT0S', to: 'lead' },
      { after: 'PT80000000H', to: 'nobody' },
    ];
    const { events } = await whatIf(
      filed('A', [], { policy: plain({ escalation }), until: '9999-12-31T23:59:59.999Z' }),
    );
    expect(events.filter(({ type }) => type === 'Escalated').map(({ data }) => data['to'])).toEqual(['lead']);
  });

  it('of a thousand steps keeps nobody waiting', async () => {
    const steps = Array.from({ length: 1_000 }, (_, index) => ({
      at: new Date(Date.parse(at('00:00')) + index * 10_000).toISOString(),
      ...(index % 2 === 0 ? { do: 'pause', reason: 'parts' } : { do: 'resume' }),
    }));
    const run = whatIf(filed('A', steps, { policy: plain({ pausesOn: ['parts'] }) }));
    const begun = performance.now();
    await ledgerdesk.get('/health/live');
    expect(performance.now() - begun).toBeLessThan(500);
    expect((await run).obligations[0]?.breach?.dueAt).toBe(at('03:23:20'));
  });

  it('of a thousand steps and hundreds of promises is explained within bounds, between the work of others', async () => {
    const week = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((weekday) => [weekday, tenths]));
    const calendar = { displayName: 'Tenths', timeZone: 'Europe/Berlin', week };
    await ledgerdesk.send('PUT', '/v1/calendars/tenths', calendar);
    for (const obligation of ['programFirstResponse', 'resolution']) {
      const rules = [{ when: {}, budget: 'PT720H', calendarId: 'tenths' }];
      await ledgerdesk.send('PUT', `/v1/sla/policies/${obligation}`, { displayName: obligation, obligation, rules });
    }
    const timeline = Array.from({ length: 999 }, (_, index) => ({
      at: new Date(Date.parse(at('00:00')) + index * 60_000).toISOString(),
      do: ['respond', 'resolve', 'reopen'][index % 3],
    }));
    const policyIds = ['programFirstResponse', 'resolution'];
    const run = whatIf(filed('A', timeline, { policyIds, until: '2026-08-01T00:00:00Z' }));
    const waited = await longestWaitDuring(run, () => ledgerdesk.get('/health/live'));
    const { explanations } = await run;
    expect(waited).toBeLessThan(2_000);
    expect(JSON.stringify(await run).length).toBeLessThan(5_000_000);
    expect(explanations).toHaveLength(2 * 334);
    expect(new Set(explanations.map(({ countedMs }) => countedMs))).toEqual(new Set([720 * 3_600_000]));
    expect(explanations.map(({ explanation }) => explanation.at(-1)?.summary)).toEqual(explanations.map(() => true));
    expect(explanations.flatMap(({ explanation }) => explanation).length).toBeLessThan(12_000 + 2 * 334);
  });
});
