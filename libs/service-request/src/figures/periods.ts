import { Temporal } from 'temporal-polyfill';
import { type Instant, instantFromMs, instantToMs } from '#kernel';

export const PERIOD_UNITS = ['month', 'week', 'day'] as const;
export type PeriodUnit = (typeof PERIOD_UNITS)[number];

/** Whether figures that are told apart by this are told apart by time. */
export const isPeriodUnit = (grouping: string): grouping is PeriodUnit =>
  PERIOD_UNITS.some((unit) => unit === grouping);

/** Half-open. `name`: `2026-07`, `2026-W29` (ISO 8601: it begins on a Monday) or `2026-07-13`. */
export interface Period {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}

const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

const firstDay = (date: Temporal.PlainDate, unit: PeriodUnit): Temporal.PlainDate => {
  switch (unit) {
    case 'month':
      return date.with({ day: 1 });
    case 'week':
      return date.subtract({ days: date.dayOfWeek - 1 });
    case 'day':
      return date;
  }
};

const STEPS = { month: { months: 1 }, week: { days: 7 }, day: { days: 1 } } as const;

const nameOf = (date: Temporal.PlainDate, unit: PeriodUnit): string => {
  if (unit === 'week') return `${date.yearOfWeek ?? date.year}-W${String(date.weekOfYear ?? 1).padStart(2, '0')}`;
  return date.toString().slice(0, unit === 'month' ? 7 : 10);
};

/**
 * The months, weeks or days of a zone that hold the instants from `from` on and before `to`, in order and without a gap.
 * @param limit how many at most; undefined is returned when there are more
 */
export const periodsBetween = (
  unit: PeriodUnit,
  timeZone: string,
  from: Instant,
  to: Instant,
  limit: number,
): readonly Period[] | undefined => {
  const startOf = (day: Temporal.PlainDate): number => day.toZonedDateTime({ timeZone }).epochMilliseconds;
  const toMs = instantToMs(to);
  const periods: Period[] = [];
  const local = Temporal.Instant.fromEpochMilliseconds(instantToMs(from)).toZonedDateTimeISO(timeZone);
  let day = firstDay(local.toPlainDate(), unit);
  for (let startMs = startOf(day); startMs < toMs;) {
    if (periods.length === limit) return undefined;
    const nextDay = day.add(STEPS[unit]);
    const endMs = Math.min(startOf(nextDay), LAST_MS);
    // A date that the zone skipped has no time of its own.
    if (endMs > startMs)
      periods.push({ name: nameOf(day, unit), from: instantFromMs(startMs), to: instantFromMs(endMs) });
    [day, startMs] = [nextDay, endMs];
  }
  return periods;
};
