import { Temporal } from 'temporal-polyfill';
import type { ExplanationRow } from '#business-time';
import { type Instant, instantToMs } from '#kernel';

/** A stretch of time; one without an end is drawn to the end of its day. */
export type Stretch = Pick<ExplanationRow, 'from' | 'to' | 'kind'>;

/** Something that happened, drawn over the bar and named beside it. */
export interface TimelineMark {
  readonly at: Instant;
  /** One character wide. */
  readonly sign: string;
  readonly label: string;
}

export interface TimelineOptions {
  /** IANA id: its days and hours are shown. */
  readonly timeZone: string;
  readonly marks?: readonly TimelineMark[];
}

const SIGNS = { open: '█', paused: '░', closed: '·' } as const;
const CELL_MINUTES = 30;
const CELLS = (24 * 60) / CELL_MINUTES;
/** Days drawn from the beginning and from the end; those between are counted. */
const FIRST_DAYS = 10;
const LAST_DAYS = 4;
const LABEL_WIDTH = 'Mon 2026-07-13'.length;

const zoned = (at: Instant, timeZone: string) => Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);

const two = (value: number): string => String(value).padStart(2, '0');
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const dayText = (day: Temporal.PlainDate): string => `${WEEKDAYS[day.dayOfWeek - 1] ?? ''} ${day.toString()}`;

/** The wall clock there, to what is needed: `18:00`, `18:00:07`, `18:00:07.250`. */
const clockText = ({ hour, minute, second, millisecond }: Temporal.ZonedDateTime): string => {
  const fraction = millisecond === 0 ? '' : `.${String(millisecond).padStart(3, '0')}`;
  return `${two(hour)}:${two(minute)}${second === 0 && fraction === '' ? '' : `:${two(second)}${fraction}`}`;
};

/** `Mon 2026-07-13 18:00`, as people there read it; with the offset where the clocks say it twice: `02:30+01:00`. */
export const localTime = (at: Instant, timeZone: string): string => {
  const local = zoned(at, timeZone);
  const wall = local.toPlainDateTime();
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
    wall.toZonedDateTime(timeZone, { disambiguation }),
  );
  const isSaidTwice = first?.epochMilliseconds !== second?.epochMilliseconds;
  return `${dayText(local.toPlainDate())} ${clockText(local)}${isSaidTwice ? local.offset : ''}`;
};

interface DaySpan {
  readonly first: Temporal.PlainDate;
  readonly last: Temporal.PlainDate;
}

/** The days on which something other than closed hours is to be seen. */
const busyDays = (stretches: readonly Stretch[], { timeZone, marks = [] }: TimelineOptions): readonly DaySpan[] => {
  const dayOf = (at: Instant) => zoned(at, timeZone).toPlainDate();
  const busy = stretches.filter(({ kind }) => kind !== 'closed');
  const shown = busy.length > 0 ? busy : stretches.slice(0, 1);
  const spans = shown.map(({ from, to }): DaySpan => {
    if (to === null) return { first: dayOf(from), last: dayOf(from) };
    const lastMoment = zoned(to, timeZone).subtract({ milliseconds: 1 });
    return { first: dayOf(from), last: lastMoment.toPlainDate() };
  });
  return [...spans, ...marks.map(({ at }) => ({ first: dayOf(at), last: dayOf(at) }))];
};

/** The first and the last of many days, each once and in order. */
const selected = (spans: readonly DaySpan[]): readonly Temporal.PlainDate[] => {
  const walk = (count: number, from: keyof DaySpan, step: 1 | -1): readonly string[] => {
    const days = new Set<string>();
    const inOrder = [...spans].sort((a, b) => step * Temporal.PlainDate.compare(a[from], b[from]));
    for (const span of inOrder) {
      let day = span[from];
      const end = step === 1 ? span.last : span.first;
      for (; days.size < count && step * Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: step }))
        days.add(day.toString());
    }
    return [...days];
  };
  const days = new Set([...walk(FIRST_DAYS, 'first', 1), ...walk(LAST_DAYS, 'last', -1)]);
  return [...days].sort().map((day) => Temporal.PlainDate.from(day));
};

interface Placed {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: Stretch['kind'];
}

interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The half hours of a local day by the wall clock; those that a change of the clocks skips take no time. */
const cellsOf = (day: Temporal.PlainDate, timeZone: string): readonly Cell[] => {
  const begins = Array.from({ length: CELLS + 1 }, (_, cell) => {
    const local = day.toPlainDateTime().add({ minutes: cell * CELL_MINUTES });
    const there = local.toZonedDateTime(timeZone);
    return { ms: there.epochMilliseconds, exists: cell === CELLS || there.toPlainDateTime().equals(local) };
  });
  return begins.slice(0, CELLS).map(({ ms, exists }, index) => ({
    fromMs: ms,
    toMs: exists ? (begins.slice(index + 1).find((next) => next.exists)?.ms ?? ms) : ms,
  }));
};

/** Most of all it matters where time counted, then where it was stopped. */
const signOf = (stretches: readonly Placed[], { fromMs, toMs }: Cell): string => {
  if (fromMs === toMs) return ' ';
  const there = stretches.filter((stretch) => stretch.fromMs < toMs && stretch.toMs > fromMs);
  const kind = (['open', 'paused', 'closed'] as const).find((wanted) => there.some((one) => one.kind === wanted));
  return kind === undefined ? ' ' : SIGNS[kind];
};

const dayLine = (
  day: Temporal.PlainDate,
  stretches: readonly Placed[],
  { timeZone, marks = [] }: TimelineOptions,
): string => {
  const cells = cellsOf(day, timeZone);
  const isIn = (at: Instant, { fromMs, toMs }: Cell): boolean => instantToMs(at) >= fromMs && instantToMs(at) < toMs;
  const whole = { fromMs: cells[0]?.fromMs ?? 0, toMs: cells.at(-1)?.toMs ?? 0 };
  const today = stretches.filter(({ fromMs, toMs }) => fromMs < whole.toMs && toMs > whole.fromMs);
  const mine = marks.filter(({ at }) => isIn(at, whole));
  const bar = cells.map((cell) => mine.findLast(({ at }) => isIn(at, cell))?.sign ?? signOf(today, cell));
  const notes = mine.map(({ at, sign, label }) => `${sign} ${clockText(zoned(at, timeZone))} ${label}`);
  return `${dayText(day)}  ${bar.join('')}  ${notes.join(', ')}`.trimEnd();
};

const hourLine = (): string =>
  ' '.repeat(LABEL_WIDTH + 2) +
  Array.from({ length: 9 }, (_, index) => two(index * 3).padEnd((3 * 60) / CELL_MINUTES))
    .join('')
    .trimEnd();

/** Days left out: closed ones, or more than there is room for. */
const gapLine = (before: Temporal.PlainDate, day: Temporal.PlainDate, busy: readonly DaySpan[]): readonly string[] => {
  const days = before.until(day).days - 1;
  if (days <= 0) return [];
  const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(a, b) < 0;
  const isClosed = !busy.some(({ first, last }) => isBefore(first, day) && isBefore(before, last));
  return [`${' '.repeat(LABEL_WIDTH + 2)}… ${days === 1 ? 'a day' : `${days} days`} ${isClosed ? 'closed' : 'more'}`];
};

/**
 * Time as people look at it: a line for each local day with anything but closed hours, a character for each half hour.
 * Of many days the first and last are drawn. The last line explains the characters.
 *
 * @param stretches in order; what lies outside of them stays blank
 */
export const timeline = (stretches: readonly Stretch[], options: TimelineOptions): readonly string[] => {
  const placed = stretches.map(({ from, to, kind }): Placed => ({
    fromMs: instantToMs(from),
    toMs: to === null ? Infinity : instantToMs(to),
    kind,
  }));
  const busy = busyDays(stretches, options);
  const days = selected(busy);
  const lines = days.flatMap((day, index) => {
    const before = days[index - 1];
    return [...(before === undefined ? [] : gapLine(before, day, busy)), dayLine(day, placed, options)];
  });
  const legend = Object.entries(SIGNS).map(([kind, sign]) => `${sign} ${kind}`);
  return [hourLine(), ...lines, `${' '.repeat(LABEL_WIDTH + 2)}${legend.join('   ')}   (${options.timeZone})`];
};
