import type { FieldError } from '#kernel';
import { dayNumberOf, followRule } from './follow-rule.js';
import type { AllDayEvent } from './icalendar.codec.js';
import {
  type Frequency,
  hasConditions,
  isFault,
  parseRule,
  type RuleFault,
  type WholeDayRule,
} from './whole-day-rule.js';

/** Local dates, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** How many years, months, weeks or days a rule may run through, from its event's first day to the end of the range. */
const MAX_PERIODS = 3_000;
/** The same for all rules of a file: a tenth of a millisecond each. */
const MAX_PERIODS_OF_FILE = 10_000;

const PERIOD_DAYS: Readonly<Record<Frequency, number>> = { YEARLY: 365, MONTHLY: 28, WEEKLY: 7, DAILY: 1 };

/** How far a rule runs. */
const periodsOf = (rule: WholeDayRule, startsOn: string, { to }: DateRange): number => {
  const { frequency, interval, until = to, count = 1 } = rule;
  if (count > MAX_PERIODS) return Infinity;
  const days = dayNumberOf(until < to ? until : to) - dayNumberOf(startsOn);
  const periods = Math.max(0, days) / (PERIOD_DAYS[frequency] * interval);
  // A count ends a rule only when something counts each time; without conditions it does.
  return hasConditions(rule) ? periods : Math.min(periods, rule.count ?? Infinity);
};

const refuse = (pointer: string, code: string, detail: string): FieldError => ({ pointer, code, detail });

const TOO_OFTEN =
  `Give rules by year, month, week or day that run through at most ${MAX_PERIODS} of them, ` +
  `and ${MAX_PERIODS_OF_FILE} for the whole file; COUNT or UNTIL ends one.`;

const faultOf = (fault: RuleFault, at: string): FieldError => {
  if (fault === 'not-of-days') return refuse(at, 'recurs-too-often', TOO_OFTEN);
  return fault === 'invalid'
    ? refuse(at, 'invalid-rule', 'Give a recurrence rule as in RFC 5545, 3.3.10.')
    : refuse(at, 'unsupported-rule', `Whole days do not recur by ${fault.unknown.join(', ')}.`);
};

/**
 * What is wrong with the rules of all events of a file, before any of them is followed. `work.periods` sums up how far
 * they run.
 */
export const ruleErrors = (
  { rules, startsOn, pointer }: AllDayEvent,
  range: DateRange,
  work: { periods: number },
): readonly FieldError[] =>
  rules.flatMap((text) => {
    const at = `${pointer}/rrule`;
    const rule = parseRule(text);
    if (isFault(rule)) return [faultOf(rule, at)];
    const periods = periodsOf(rule, startsOn, range);
    work.periods += periods;
    return periods > MAX_PERIODS || work.periods > MAX_PERIODS_OF_FILE
      ? [refuse(at, 'recurs-too-often', TOO_OFTEN)]
      : [];
  });

/**
 * The first days of an event's occurrences that reach into the range.
 * @param event one without {@link ruleErrors}
 */
export const occurrencesOf = (event: AllDayEvent, { from, to }: DateRange): readonly string[] => {
  const { startsOn, alsoOn, notOn, rules, days } = event;
  const dates = new Set([startsOn, ...alsoOn]);
  // One of several days may begin before the range.
  const reaches = (date: string): boolean => dayNumberOf(date) + days > dayNumberOf(from);
  for (const rule of rules.map(parseRule))
    if (!isFault(rule)) for (const date of followRule(rule, startsOn, to)) if (reaches(date)) dates.add(date);
  for (const date of notOn) dates.delete(date);
  return [...dates];
};
