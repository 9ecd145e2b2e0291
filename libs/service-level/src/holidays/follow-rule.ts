import type { WholeDayRule } from './whole-day-rule.js';

const DAY_MS = 86_400_000;

/** The number of a local date, from 1970 on. */
export const dayNumberOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

const dateOf = (number: number): string => new Date(number * DAY_MS).toISOString().slice(0, 10);

const numberOf = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS;

interface Day {
  readonly number: number;
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly monthDay: number;
  /** From 0, Monday, to 6. */
  readonly weekday: number;
}

const dayAt = (number: number): Day => {
  const date = new Date(number * DAY_MS);
  const weekday = (date.getUTCDay() + 6) % 7;
  return { number, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, monthDay: date.getUTCDate(), weekday };
};

/** The first of seven is `[1, 7]`. */
type Place = readonly [place: number, of: number];

const inMonth = ({ year, month, monthDay }: Day): Place => [
  monthDay,
  numberOf(year, month + 1, 0) - numberOf(year, month, 0),
];

const inYear = ({ number, year }: Day): Place => {
  const before = numberOf(year, 1, 0);
  return [number - before, numberOf(year, 13, 0) - before];
};

/** The same counted by sevens: which Monday of its month or year a Monday is, which week a week. */
const seventh = ([place, of]: Place): Place => [
  Math.ceil(place / 7),
  Math.ceil(place / 7) + Math.ceil((of - place + 1) / 7) - 1,
];

/** Lists count from the end too: -1 is the last. A place that a month or year lacks is nobody's. */
const isAmong = (wanted: readonly number[], [place, of]: Place): boolean =>
  wanted.includes(place) || wanted.includes(place - of - 1);

/** A week belongs to the year of its fourth day. */
const weekOf = ({ number, weekday }: Day, weekStart: number): Place =>
  seventh(inYear(dayAt(number - ((weekday - weekStart + 7) % 7) + 3)));

type Condition = (day: Day) => boolean;

const isWanted = ({ frequency, byDay = [], byMonth }: WholeDayRule): Condition => {
  const placeOf = frequency === 'MONTHLY' || byMonth !== undefined ? inMonth : inYear;
  return (day) =>
    byDay.some(
      ({ weekday, nth }) => weekday === day.weekday && (nth === undefined || isAmong([nth], seventh(placeOf(day)))),
    );
};

/** What a rule does not say is as on its first day. */
const asAtFirst = (rule: WholeDayRule, first: Day): Condition | undefined => {
  const { frequency, byDay, byMonth, byMonthDay, byYearDay, byWeekNo } = rule;
  if (frequency === 'DAILY' || (byDay ?? byMonthDay ?? byYearDay) !== undefined) return undefined;
  if (frequency === 'WEEKLY' || byWeekNo !== undefined) return ({ weekday }) => weekday === first.weekday;
  const isInMonth: Condition =
    frequency === 'MONTHLY' || byMonth !== undefined ? () => true : ({ month }) => month === first.month;
  return (day) => day.monthDay === first.monthDay && isInMonth(day);
};

/** A rule of whole days lets each of its parts leave out days of a period; the cheap ones come first. */
const conditionsOf = (rule: WholeDayRule, first: Day): readonly Condition[] => {
  const { byDay, byMonth, byMonthDay, byYearDay, byWeekNo, weekStart } = rule;
  return [
    byMonth && (({ month }: Day) => byMonth.includes(month)),
    asAtFirst(rule, first),
    byDay && isWanted(rule),
    byMonthDay && ((day: Day) => isAmong(byMonthDay, inMonth(day))),
    byYearDay && ((day: Day) => isAmong(byYearDay, inYear(day))),
    byWeekNo && ((day: Day) => isAmong(byWeekNo, weekOf(day, weekStart))),
  ].filter((condition) => condition !== undefined);
};

/** Where the period begins that comes `steps` after that of the first day. */
const periodStart = (
  { frequency, weekStart }: WholeDayRule,
  { number, year, month, weekday }: Day,
  steps: number,
): number => {
  if (frequency === 'YEARLY') return numberOf(year + steps, 1, 1);
  if (frequency === 'MONTHLY') return numberOf(year, month + steps, 1);
  if (frequency === 'WEEKLY') return number - ((weekday - weekStart + 7) % 7) + 7 * steps;
  return number + steps;
};

const inPeriod = (from: number, before: number, conditions: readonly Condition[]): readonly number[] =>
  Array.from({ length: before - from }, (_, index) => dayAt(from + index))
    .filter((day) => conditions.every((condition) => condition(day)))
    .map(({ number }) => number);

/**
 * The local dates of a rule from the one on which it starts, `to` included. The work grows with the periods until then.
 * Weeks that reach into a neighbouring year are taken by the days of the year in question.
 */
export const followRule = (rule: WholeDayRule, startsOn: string, to: string): readonly string[] => {
  const first = dayAt(dayNumberOf(startsOn));
  const last = dayNumberOf(rule.until !== undefined && rule.until < to ? rule.until : to);
  const conditions = conditionsOf(rule, first);
  const found: number[] = [];
  for (let steps = 0; found.length < (rule.count ?? Infinity); steps += rule.interval) {
    const from = periodStart(rule, first, steps);
    if (from > last) break;
    const days = inPeriod(from, periodStart(rule, first, steps + 1), conditions);
    const { bySetPos } = rule;
    const chosen = bySetPos ? days.filter((_, index) => isAmong(bySetPos, [index + 1, days.length])) : days;
    found.push(...chosen.filter((number) => number >= first.number && number <= last));
  }
  return found.slice(0, rule.count).map(dateOf);
};
