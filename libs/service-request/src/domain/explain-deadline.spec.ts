import { type Calendar, compileCalendar, compilePinnedCalendar } from '#business-time';
import { type CommandId, instantFromMs, newUuid, type RequestId } from '#kernel';
import { answered, at, closed, filedDetails, firstResponse, requestId, termsOf, type WantedTerms } from '#testing';
import { changeLanguage } from './change-language.js';
import { changeSeverity } from './change-severity.js';
import { type HistoryEvent, lifeOf, originOf } from './deadline-origin.js';
import { type DeadlineExplanation, explainDeadline } from './explain-deadline.js';
import { fileRequest } from './file-request.js';
import { absorbDuplicate } from './merge.js';
import { sameObligation } from './obligation.state.js';
import { pauseClock } from './pause-clock.js';
import { mustBeFiled, mustHave } from './refusals.js';
import { reopenRequest } from './reopen-request.js';
import { resumeClock } from './resume-clock.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import { evolve, notFiled, type ServiceRequest } from './service-request.state.js';

const HOUR = 3_600_000;
const nineToFive = [['09:00', '17:00']] as const;
/** Sunday to Friday, in New York, where the clocks go forward on Sunday 2026-03-08. */
const desk: Calendar = {
  timeZone: 'America/New_York',
  week: { '1': nineToFive, '2': nineToFive, '5': nineToFive, '7': nineToFive },
  holidays: [],
  overrides: {},
};
const friday = (time: string) => at(`2026-03-06T${time}`);
const sunday = (time: string) => at(`2026-03-08T${time}`);
const monday = (time: string) => at(`2026-03-09T${time}`);

const deskTerms = (more: Partial<WantedTerms> = {}) =>
  termsOf({ budgetMs: 4 * HOUR, calendar: desk, pausesOn: ['parts'], ...more });

type Decide = (request: ServiceRequest) => readonly ServiceRequestEvent[];

/** What was done to one request, an append each. */
const historyOf = (...decisions: readonly Decide[]): readonly HistoryEvent[] => {
  const history: HistoryEvent[] = [];
  let state: ServiceRequest = notFiled;
  for (const decide of decisions) {
    const commandId = newUuid() as CommandId;
    const events = decide(state);
    history.push(...events.map((event) => ({ event, commandId })));
    state = events.reduce(evolve, state);
  }
  return history;
};

/** Filed on Friday at 16:00 in New York, an hour before closing time. */
const filed =
  (terms = deskTerms()): Decide =>
  (request) =>
    fileRequest(
      { requestId, details: { ...filedDetails, filedAt: friday('21:00') }, impact: 'minimal', terms: [terms] },
      request,
    );

const explained = (
  history: readonly HistoryEvent[],
  { calendar = desk, rules, here = calendar }: { calendar?: Calendar; rules?: string | null; here?: Calendar } = {},
): DeadlineExplanation => {
  const life = lifeOf(history);
  const origin = originOf(life, (promise) => sameObligation(promise, firstResponse));
  if (origin === undefined) throw new Error('Nothing was promised.');
  const pinnedRules = rules === undefined ? origin.promise.zoneRules : rules;
  return explainDeadline(mustHave(mustBeFiled(life.request), firstResponse), origin, {
    pinned: pinnedRules === null ? undefined : compilePinnedCalendar(calendar, pinnedRules),
    here: compileCalendar(here),
  });
};

/** Rows as a person reads them: day and time in UTC, kind, counted minutes. */
const lines = ({ rows }: DeadlineExplanation): readonly string[] =>
  rows.map(
    ({ from, to, kind, countedMs }) =>
      `${from.slice(8, 16)} ${kind} ${to?.slice(8, 16) ?? '...'} (${countedMs / 60_000})`,
  );

const sound = { verified: true, differsHere: false };

describe('the explanation of a deadline', () => {
  it('lists what sums to the budget, across a change of the clocks', () => {
    const explanation = explained(historyOf(filed()));
    expect(explanation).toMatchObject({
      ...sound,
      rule: 'startPlusBudget',
      cause: 'RequestFiled',
      countedMs: 4 * HOUR,
      expirationTimeHere: sunday('16:00'),
    });
    expect(lines(explanation)).toEqual([
      '06T21:00 open 06T22:00 (60)',
      '06T22:00 closed 08T13:00 (0)',
      '08T13:00 open 08T16:00 (180)',
    ]);
  });

  it('names the holidays and special dates on its way, by the local date', () => {
    const calendar = {
      ...desk,
      holidays: ['2026-03-05', '2026-03-08', '2026-03-10'],
      overrides: { '2026-03-06': nineToFive, '2026-03-07': [] },
    };
    const history = historyOf(filed(deskTerms({ calendar })));
    expect(explained(history, { calendar })).toMatchObject({
      ...sound,
      expirationTimeHere: monday('16:00'),
      specialDates: [
        { date: '2026-03-06', windows: [['09:00', '17:00']] },
        { date: '2026-03-07', windows: [] },
        { date: '2026-03-08', windows: [] },
      ],
    });
    expect(explained(historyOf(filed())).specialDates).toEqual([]);
  });

  it('has an open end while the clock stands, and shows the pause once it runs again', () => {
    const pause: Decide = (request) => pauseClock({ reason: 'parts', now: friday('21:30') }, request);
    const paused = explained(historyOf(filed(), pause));
    expect(paused).toMatchObject({ ...sound, expirationTimeHere: null, countedMs: HOUR / 2 });
    expect(lines(paused)).toEqual(['06T21:00 open 06T21:30 (30)', '06T21:30 paused ... (0)']);
    const resume: Decide = (request) => resumeClock({ now: sunday('14:00') }, () => deskTerms(), request);
    const resumed = explained(historyOf(filed(), pause, resume));
    expect(resumed).toMatchObject({ ...sound, rule: 'startPlusBudget', cause: 'ClockResumed', countedMs: 4 * HOUR });
    expect(lines(resumed)).toEqual([
      '06T21:00 open 06T21:30 (30)',
      '06T21:30 paused 08T14:00 (0)',
      '08T14:00 open 08T17:30 (210)',
    ]);
  });

  it('leaves out a pause that came once the promise was kept: it moved no deadline', () => {
    const kept = explained(
      historyOf(
        filed(),
        () => [answered(friday('21:10'))],
        (request) => pauseClock({ reason: 'parts', now: friday('21:30') }, request),
        (request) => resumeClock({ now: sunday('14:00') }, () => deskTerms(), request),
        () => [closed(sunday('15:00'))],
      ),
    );
    expect(kept).toMatchObject({ ...sound, cause: 'RequestFiled', countedMs: 4 * HOUR });
    expect(lines(kept).join()).not.toContain('paused');
  });

  it('counts the time that it was closed as a pause (E41)', () => {
    const reopened = explained(
      historyOf(
        filed(),
        () => [closed(friday('21:30'))],
        (request) => reopenRequest({ reason: 'It is back', now: monday('14:00') }, () => deskTerms(), request),
      ),
    );
    expect(reopened).toMatchObject({ ...sound, cause: 'RequestReopened', countedMs: 4 * HOUR });
    expect(lines(reopened)).toContain('06T21:30 paused 09T14:00 (0)');
  });

  it('follows a new severity, and another calendar with the language', () => {
    const hour = deskTerms({ budgetMs: HOUR });
    const upgrade: Decide = (request) =>
      changeSeverity({ impact: 'critical', reason: 'Worse', now: friday('21:20') }, () => hour, request);
    expect(explained(historyOf(filed(), upgrade))).toMatchObject({
      ...sound,
      rule: 'startPlusBudget',
      cause: 'SeverityAssigned',
      countedMs: HOUR,
      expirationTimeHere: friday('22:00'),
    });
    const seoul: Calendar = { ...desk, timeZone: 'Asia/Seoul' };
    const language: Decide = (request) =>
      changeLanguage(
        { preferredSupportLanguage: 'ko', now: friday('21:20') },
        () => deskTerms({ calendar: { ...seoul }, version: 2, budgetMs: 2 * HOUR }),
        request,
      );
    const moved = explained(historyOf(filed(), language), { calendar: seoul });
    expect(moved).toMatchObject({ ...sound, cause: 'LanguageChanged', countedMs: 2 * HOUR });
    expect(moved.expirationTimeHere).toBe(sunday('02:00'));
  });
});

it('counts what a promise lived through on the request that it was taken over from', () => {
  const filedAs = (id: RequestId) => (request: ServiceRequest) =>
    fileRequest(
      {
        requestId: id,
        details: { ...filedDetails, filedAt: friday('21:00') },
        impact: 'minimal',
        terms: [deskTerms()],
      },
      request,
    );
  const pausedFor = (reason: string, from: string, to: string): readonly Decide[] => [
    (request) => pauseClock({ reason, now: friday(from) }, request),
    (request) => resumeClock({ now: friday(to) }, () => deskTerms(), request),
  ];
  const otherId = '01980000-0000-7000-8000-000000000002' as RequestId;
  const duplicate = historyOf(filedAs(otherId), ...pausedFor('parts', '21:10', '21:15'))
    .map(({ event }) => event)
    .reduce<ServiceRequest>(evolve, notFiled);
  const history = historyOf(
    filedAs(requestId),
    ...pausedFor('parts', '21:00', '21:25'),
    (request) => absorbDuplicate({ duplicate: mustBeFiled(duplicate), now: friday('21:30') }, request),
    (request) =>
      changeSeverity(
        { impact: 'critical', reason: 'Worse', now: friday('21:40') },
        () => deskTerms({ budgetMs: HOUR }),
        request,
      ),
  );
  const explanation = explained(history);
  expect(explanation).toMatchObject({ ...sound, countedMs: HOUR });
  expect(lines(explanation).filter((line) => line.includes('paused'))).toEqual(['06T21:10 paused 06T21:15 (0)']);
});

describe('by R8 fromChange', () => {
  const fromChange = (budgetMs: number) => deskTerms({ budgetMs, severityChange: 'fromChange' });
  const severity =
    (impact: 'critical' | 'minimal', budgetMs: number, now: ReturnType<typeof at>): Decide =>
    (request) =>
      changeSeverity({ impact, reason: 'Other', now }, () => fromChange(budgetMs), request);

  it('an upgrade shows the open time that was given in all, not the budget', () => {
    const earlier = explained(historyOf(filed(fromChange(4 * HOUR)), severity('critical', 2 * HOUR, friday('21:30'))));
    expect(earlier).toMatchObject({ ...sound, rule: 'earlierOfBoth', countedMs: 2.5 * HOUR });
    expect(earlier.expirationTimeHere).toBe(sunday('14:30'));
  });

  it('is verified too where the old deadline was the earlier one, weeks before the new', () => {
    const kept = explained(
      historyOf(filed(fromChange(120 * HOUR)), severity('critical', 119 * HOUR, at('2026-03-31T20:00'))),
    );
    expect(kept).toMatchObject({ ...sound, rule: 'earlierOfBoth', countedMs: 120 * HOUR });
  });

  it('a downgrade shows the later one', () => {
    const later = explained(
      historyOf(
        filed(fromChange(4 * HOUR)),
        severity('critical', HOUR, friday('21:30')),
        severity('minimal', 4 * HOUR, friday('21:40')),
      ),
    );
    expect(later).toMatchObject({ ...sound, rule: 'laterOfBoth', countedMs: 4 * HOUR });
  });

  it('a clock that runs again shows what was left then', () => {
    const rest = explained(
      historyOf(
        filed(fromChange(4 * HOUR)),
        severity('critical', 2 * HOUR, friday('21:30')),
        (request) => pauseClock({ reason: 'parts', now: friday('21:40') }, request),
        (request) => resumeClock({ now: sunday('15:00') }, () => fromChange(2 * HOUR), request),
      ),
    );
    expect(rest).toMatchObject({ ...sound, rule: 'restAfterPause', countedMs: 2.5 * HOUR });
    expect(lines(rest)).toContain('06T21:40 paused 08T15:00 (0)');
  });
});

describe('the verdict', () => {
  const rules = '2026-02-28/2026-03-18 -05:00, 2026-03-08T07:00:00.000Z -04:00';

  it('fails when the recorded rules lead elsewhere, also to beyond themselves', () => {
    for (const wrong of [rules.replace('-04:00', '-03:00'), '2026-02-28/2026-03-08 -05:00'])
      expect(explained(historyOf(filed()), { rules: wrong })).toMatchObject({ verified: false, differsHere: false });
    expect(explained(historyOf(filed()), { rules })).toMatchObject(sound);
  });

  it('stands when this machine knows the zone otherwise, and says so', () => {
    const here = { ...desk, timeZone: 'America/Bogota' };
    const explanation = explained(historyOf(filed()), { here });
    expect(explanation).toMatchObject({ verified: true, differsHere: true, expirationTimeHere: sunday('17:00') });
    expect(explanation.rows.at(-1)?.to).toBe(sunday('16:00'));
  });

  it('is open for what was recorded without rules', () => {
    expect(explained(historyOf(filed()), { rules: null })).toMatchObject({ verified: null, differsHere: false });
  });

  it('is the same for random stories of changes, pauses and resumptions', () => {
    for (let seed = 1; seed <= 60; seed++) {
      let [noise, now] = [seed, Date.parse(friday('21:00'))];
      const next = (below: number): number => (noise = (noise * 48_271) % 2_147_483_647) % below;
      const severityChange = seed % 2 === 0 ? 'fromChange' : 'retroactive';
      const terms = () => deskTerms({ budgetMs: (3 + next(60)) * HOUR, severityChange });
      const steps = Array.from({ length: 6 }, (): Decide => (request) => {
        const at = instantFromMs((now += next(300) * 60_000));
        const fixed = terms();
        const impact = (['critical', 'moderate', 'minimal'] as const)[next(3)] ?? 'minimal';
        if (request.status === 'notFiled') return [];
        if (next(2) === 0) return changeSeverity({ impact, reason: 'Other', now: at }, () => fixed, request);
        return request.pauses.some(({ to }) => to === null)
          ? resumeClock({ now: at }, () => fixed, request)
          : pauseClock({ reason: 'parts', now: at }, request);
      });
      const history = historyOf(filed(terms()), ...steps);
      expect({ seed, ...explained(history) }).toMatchObject({ seed, ...sound });
    }
  });
});
