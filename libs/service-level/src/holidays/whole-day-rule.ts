import { parseDate } from '#business-time';

/** Monday first. */
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

export type Frequency = 'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY';

export interface RuleWeekday {
  /** From 0, Monday, to 6. */
  readonly weekday: number;
  /** Which of its month or year, from the end when negative; each when undefined. */
  readonly nth: number | undefined;
}

/** A recurrence rule of whole days (RFC 5545, 3.3.10). */
export interface WholeDayRule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | undefined;
  /** The last local date that it may reach. */
  readonly until: string | undefined;
  /** From 0, Monday, to 6. */
  readonly weekStart: number;
  readonly byDay: readonly RuleWeekday[] | undefined;
  readonly byMonth: readonly number[] | undefined;
  readonly byMonthDay: readonly number[] | undefined;
  readonly byYearDay: readonly number[] | undefined;
  readonly byWeekNo: readonly number[] | undefined;
  readonly bySetPos: readonly number[] | undefined;
}

/** What a rule is when it is none of whole days. */
export type RuleFault = 'invalid' | 'not-of-days' | { readonly unknown: readonly string[] };

export const isFault = (read: WholeDayRule | RuleFault): read is RuleFault =>
  typeof read === 'string' || 'unknown' in read;

/** Whether something but the calendar decides which days of a period count. */
export const hasConditions = ({ byDay, byMonth, byMonthDay, byYearDay, byWeekNo }: WholeDayRule): boolean =>
  (byDay ?? byMonth ?? byMonthDay ?? byYearDay ?? byWeekNo) !== undefined;

const KNOWN_PARTS = new Set(
  'FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTH BYMONTHDAY BYYEARDAY BYWEEKNO BYSETPOS'.split(' '),
);

/** Parts that have no meaning beside a frequency. */
const ALIEN: Readonly<Record<Frequency, readonly string[]>> = {
  YEARLY: [],
  MONTHLY: ['BYYEARDAY', 'BYWEEKNO'],
  WEEKLY: ['BYYEARDAY', 'BYWEEKNO', 'BYMONTHDAY'],
  DAILY: ['BYYEARDAY', 'BYWEEKNO'],
};

class InvalidRule extends Error {}

const invalid = (): never => {
  throw new InvalidRule();
};

const matched = (value: string, pattern: RegExp): RegExpExecArray => pattern.exec(value) ?? invalid();

const positive = (value: string): number => Number(matched(value, /^\d*[1-9]\d*$/)[0]);

const numbers = (value: string, most: number, fromEndToo: boolean): readonly number[] =>
  value.split(',').map((text) => {
    const number = Number(matched(text, fromEndToo ? /^[+-]?\d{1,3}$/ : /^\d{1,3}$/)[0]);
    return number !== 0 && Math.abs(number) <= most ? number : invalid();
  });

const weekdayOf = (value: string): number => WEEKDAYS.indexOf(matched(value, /^(?:MO|TU|WE|TH|FR|SA|SU)$/)[0]);

const weekdays = (value: string): readonly RuleWeekday[] =>
  value.split(',').map((text) => {
    const [, nth, weekday = ''] = matched(text, /^([+-]?\d{1,2})?([A-Z]{2})$/);
    return { weekday: weekdayOf(weekday), nth: nth === undefined ? undefined : numbers(nth, 53, true)[0] };
  });

const dateOf = (value: string): string => {
  const [, year = '', month = '', day = ''] = matched(value, /^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/);
  const date = `${year}-${month}-${day}`;
  return parseDate(date) === undefined ? invalid() : date;
};

const frequencyOf = (value: string): Frequency =>
  value === 'YEARLY' || value === 'MONTHLY' || value === 'WEEKLY' || value === 'DAILY' ? value : invalid();

const assertFits = (rule: WholeDayRule, names: readonly string[]): void => {
  const { frequency, byDay, byWeekNo } = rule;
  if (ALIEN[frequency].some((name) => names.includes(name))) invalid();
  const hasNth = byDay?.some(({ nth }) => nth !== undefined) ?? false;
  if (hasNth && (frequency === 'WEEKLY' || frequency === 'DAILY' || byWeekNo !== undefined)) invalid();
  if (names.includes('BYSETPOS') && names.filter((name) => name.startsWith('BY')).length === 1) invalid();
};

const partsOf = (text: string): ReadonlyMap<string, string> => {
  const parts = text.split(';').map((part): readonly [string, string] => {
    const [, name = '', value = ''] = matched(part, /^([^=]+)=(.+)$/);
    return [name, value];
  });
  const byName = new Map(parts);
  return byName.size === parts.length && byName.has('FREQ') ? byName : invalid();
};

const ruleOf = (parts: ReadonlyMap<string, string>): WholeDayRule => {
  const read = <Value>(name: string, reader: (value: string) => Value): Value | undefined => {
    const value = parts.get(name);
    return value === undefined ? undefined : reader(value);
  };
  const list = (name: string, most: number) => read(name, (value) => numbers(value, most, name !== 'BYMONTH'));
  const rule: WholeDayRule = {
    frequency: frequencyOf(parts.get('FREQ') ?? ''),
    interval: read('INTERVAL', positive) ?? 1,
    count: read('COUNT', positive),
    until: read('UNTIL', dateOf),
    weekStart: read('WKST', weekdayOf) ?? 0,
    byDay: read('BYDAY', weekdays),
    byMonth: list('BYMONTH', 12),
    byMonthDay: list('BYMONTHDAY', 31),
    byYearDay: list('BYYEARDAY', 366),
    byWeekNo: list('BYWEEKNO', 53),
    bySetPos: list('BYSETPOS', 366),
  };
  assertFits(rule, [...parts.keys()]);
  return rule;
};

/** Reads a rule as it stands in a file, and strictly: a guess would close days that nobody has off. */
export const parseRule = (text: string): WholeDayRule | RuleFault => {
  try {
    const parts = partsOf(text.toUpperCase());
    const unknown = [...parts.keys()].filter((name) => !KNOWN_PARTS.has(name));
    if (unknown.length > 0) return { unknown };
    return /^(?:HOUR|MINUTE|SECOND)LY$/.test(parts.get('FREQ') ?? '') ? 'not-of-days' : ruleOf(parts);
  } catch (error) {
    if (error instanceof InvalidRule) return 'invalid';
    throw error;
  }
};
