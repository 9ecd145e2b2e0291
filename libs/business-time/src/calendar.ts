/** Local wall time `[start, end)`, `HH:MM` each, `24:00` as an end; an end before its start is on the next local day (R2). */
export type DayWindow = readonly [start: string, end: string];

/** ISO 8601: 1 is Monday. */
export type Weekday = '1' | '2' | '3' | '4' | '5' | '6' | '7';

/** When a support desk is open. Plain JSON, so that it can be stored and sent as it is. */
export type Calendar = {
  /** IANA id, e.g. `Asia/Seoul`. */
  readonly timeZone: string;
  /** A weekday left out is closed. */
  readonly week: { readonly [day in Weekday]?: readonly DayWindow[] };
  /** Local dates `YYYY-MM-DD` on which no window starts (R4). */
  readonly holidays: readonly string[];
  /** Windows that replace those of one local date, a holiday's too (R4). */
  readonly overrides: { readonly [date: string]: readonly DayWindow[] };
};

/** A holiday, or a date with windows of its own. */
export interface SpecialDate {
  /** Local, `YYYY-MM-DD`. */
  readonly date: string;
  /** None: it is closed. */
  readonly windows: readonly DayWindow[];
}

/** A calendar as it is sent: without holidays or overrides it has none. */
export type CalendarInput = Pick<Calendar, 'timeZone' | 'week'> & Partial<Pick<Calendar, 'holidays' | 'overrides'>>;

export const WEEKDAYS: readonly Weekday[] = ['1', '2', '3', '4', '5', '6', '7'];

const wholeDay: readonly DayWindow[] = [['00:00', '24:00']];

/** The built-in calendar `always`: 24 × 7. */
export const alwaysOpen: Calendar = {
  timeZone: 'UTC',
  week: { '1': wholeDay, '2': wholeDay, '3': wholeDay, '4': wholeDay, '5': wholeDay, '6': wholeDay, '7': wholeDay },
  holidays: [],
  overrides: {},
};
