import { RRuleTemporal } from 'rrule-temporal';
import type { FieldError } from '#kernel';
import type { AllDayEvent } from './icalendar.codec.js';

/** Local dates, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** How many years, months, weeks or days a rule may run through, from its event's first day to the end of the range. */
const MAX_PERIODS = 3_000;
/** The same for all rules of a file: a third of a millisecond each. */
const MAX_PERIODS_OF_FILE = 10_000;

/** Of whole days: an hour, a minute or a second is none. `INTERVAL=0` is none either. */
const DAYS: Readonly<Record<string, number>> = { YEARLY: 365, MONTHLY: 28, WEEKLY: 7, DAILY: 1 };

const KNOWN_PARTS = new Set([
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'WKST',
  'BYDAY',
  'BYMONTH',
  'BYMONTHDAY',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYSETPOS',
]);

const DAY_MS = 86_400_000;

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

const partsOf = (rule: string): ReadonlyMap<string, string> =>
  new Map(rule.split(';').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));

const untilOf = (parts: ReadonlyMap<string, string>): string | undefined => {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(parts.get('UNTIL') ?? '') ?? [];
  return year === undefined ? undefined : `${year}-${month ?? ''}-${day ?? ''}`;
};

/** How far a rule runs. @returns Infinity for one that is none of whole days */
const periodsOf = (parts: ReadonlyMap<string, string>, startsOn: string, { to }: DateRange): number => {
  const until = untilOf(parts) ?? to;
  const days = dayOf(until < to ? until : to) - dayOf(startsOn);
  const interval = Number(parts.get('INTERVAL') ?? 1);
  const periodDays = DAYS[parts.get('FREQ') ?? ''];
  if (periodDays === undefined || interval < 1 || Number(parts.get('COUNT') ?? 1) > MAX_PERIODS) return Infinity;
  const periods = Math.max(0, days) / (periodDays * interval);
  // A count ends a rule only when something counts each time; without conditions it does.
  const counted = [...parts.keys()].some((name) => name.startsWith('BY'))
    ? Infinity
    : Number(parts.get('COUNT') ?? Infinity);
  return Math.min(periods, counted);
};

/** The library reads a rule's `UNTIL` only as an instant beside a start that is one: midnight UTC stands for the day. */
const asInstants = (parts: ReadonlyMap<string, string>): string =>
  [...parts]
    .map(([name, value]) =>
      name === 'UNTIL' ? `UNTIL=${(untilOf(parts) ?? value).replaceAll('-', '')}T000000Z` : `${name}=${value}`,
    )
    .join(';');

const refuse = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail });

const TOO_OFTEN =
  `Give rules by year, month, week or day that run through at most ${MAX_PERIODS} of them, ` +
  `and ${MAX_PERIODS_OF_FILE} for the whole file; COUNT or UNTIL ends one.`;

/**
 * What is wrong with the rules of all events of a file, before any of them is followed. `work.periods` sums up how far
 * they run.
 */
export const ruleErrors = (
  { rules, startsOn, pointer }: AllDayEvent,
  range: DateRange,
  work: { periods: number },
): readonly FieldError[] =>
  rules.flatMap((rule) => {
    const at = `${pointer}/rrule`;
    const parts = partsOf(rule);
    const unknown = [...parts.keys()].filter((name) => !KNOWN_PARTS.has(name));
    if (unknown.length > 0)
      return [refuse(at, 'unsupported-rule', `Whole days do not recur by ${unknown.join(', ')}.`)];
    const periods = periodsOf(parts, startsOn, range);
    work.periods += periods;
    return periods > MAX_PERIODS || work.periods > MAX_PERIODS_OF_FILE
      ? [refuse(at, 'recurs-too-often', TOO_OFTEN)]
      : [];
  });

const follow = (rule: string, { startsOn, days }: AllDayEvent, { from, to }: DateRange): readonly string[] => {
  const rrule = new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${startsOn.replaceAll('-', '')}T000000\nRRULE:${asInstants(partsOf(rule))}`,
    maxIterations: MAX_PERIODS + 1,
    maxCandidateEvaluations: MAX_PERIODS * 10,
    strict: true,
    cache: false,
  });
  // An occurrence of several days may begin before the range.
  const first = new Date((dayOf(from) - days + 1) * DAY_MS);
  return rrule
    .between(first, new Date(dayOf(to) * DAY_MS), true)
    .map((occurrence) => occurrence.toString().slice(0, 10));
};

/**
 * The first days of an event's occurrences that reach into the range; what is wrong is added to `errors`.
 * @param event one without {@link ruleErrors}
 */
export const occurrencesOf = (event: AllDayEvent, range: DateRange, errors: FieldError[]): readonly string[] => {
  const dates = new Set([event.startsOn, ...event.alsoOn]);
  for (const rule of event.rules) {
    try {
      for (const date of follow(rule, event, range)) dates.add(date);
    } catch {
      errors.push(refuse(`${event.pointer}/rrule`, 'invalid-rule', 'Give a recurrence rule as in RFC 5545, 3.3.10.'));
    }
  }
  for (const date of event.notOn) dates.delete(date);
  return [...dates];
};
