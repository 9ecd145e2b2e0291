import { fail } from '#kernel';
import { BoundedCache } from './bounded-cache.js';
import { type Calendar, type CalendarInput, type DayWindow, WEEKDAYS } from './calendar.js';
import { normalizeCalendar } from './normalize-calendar.js';
import { instantAfter, openBlock, type OpenBlock, openMsBefore } from './open-block.js';
import { clipped, type Span, united } from './span.js';
import { validateCalendar } from './validate-calendar.js';
import { DAY_MS, parseDate, parseWindow, type WallWindow } from './wall-time.js';
import { type Zone, zoneOf } from './zone.js';

const BLOCK_DAYS = 64;
const BLOCK_MS = BLOCK_DAYS * DAY_MS;
/** 22 years of one calendar, well under a megabyte. */
const MAX_BLOCKS = 128;

/** A window ends within two days of its local midnight; the zone's offset and a skipped day move it by less than two more. */
const REACH_DAYS = 4;

type Spending = { readonly spentAtMs: number } | { readonly spentAtMs?: never; readonly leftMs: number };

/** A calendar made ready for counting: build it once per calendar version and keep it. All times in ms since the epoch. */
export class CompiledCalendar {
  readonly #zone: Zone;
  readonly #week: readonly (readonly WallWindow[])[];
  readonly #dates: ReadonlyMap<number, readonly WallWindow[]>;
  readonly #blocks = new BoundedCache<OpenBlock>(MAX_BLOCKS, (index) => this.#compute(index));

  /** @internal use {@link compileCalendar} */
  constructor(calendar: Calendar) {
    this.#zone = zoneOf(calendar.timeZone);
    this.#week = WEEKDAYS.map((weekday) => wallWindows(calendar.week[weekday] ?? []));
    this.#dates = specialDates(calendar);
  }

  /** Open milliseconds between two instants. */
  openMsBetween(fromMs: number, toMs: number): number {
    if (toMs <= fromMs) return 0;
    const first = blockIndex(fromMs);
    let openMs = -openMsBefore(this.#blocks.get(first), fromMs);
    for (let index = first; index * BLOCK_MS < toMs; index++) openMs += openMsBefore(this.#blocks.get(index), toMs);
    return openMs;
  }

  /**
   * Spends `openMs` (above 0) of open time from `fromMs` on: the earliest instant, at most `toMs`, at which it is spent
   * (R5), or what is left of it at `toMs`.
   */
  spend(openMs: number, fromMs: number, toMs: number): Spending {
    const first = blockIndex(fromMs);
    let leftMs = openMs + openMsBefore(this.#blocks.get(first), fromMs);
    for (let index = first; index * BLOCK_MS < toMs; index++) {
      const block = this.#blocks.get(index);
      const availableMs = openMsBefore(block, toMs);
      if (leftMs <= availableMs) return { spentAtMs: instantAfter(block, leftMs) };
      leftMs -= availableMs;
    }
    return { leftMs };
  }

  /** The open spans between two instants, joined where they touch. */
  openSpans(fromMs: number, toMs: number): readonly Span[] {
    const spans: Span[] = [];
    for (let index = blockIndex(fromMs); index * BLOCK_MS < toMs; index++) spans.push(...this.#blocks.get(index).spans);
    return united(clipped(spans, fromMs, toMs));
  }

  #compute(index: number): OpenBlock {
    const firstDay = index * BLOCK_DAYS;
    const spans: Span[] = [];
    for (let day = firstDay - REACH_DAYS; day < firstDay + BLOCK_DAYS + REACH_DAYS; day++)
      spans.push(...this.#spansOf(day));
    return openBlock(united(clipped(spans, index * BLOCK_MS, (index + 1) * BLOCK_MS)));
  }

  /** A date's windows on the time line. The clocks may leave one with its end before its start: it is empty then (R2). */
  #spansOf(day: number): readonly Span[] {
    const windows = this.#dates.get(day) ?? this.#week[weekdayIndex(day)] ?? [];
    if (windows.length === 0 || !this.#zone.hasDate(day)) return [];
    const midnight = day * DAY_MS;
    return windows.map(({ startMs, endMs }) => ({
      fromMs: this.#zone.resolve(midnight + startMs),
      toMs: this.#zone.resolve(midnight + endMs),
    }));
  }
}

const compiled = new WeakMap<CalendarInput, CompiledCalendar>();

/**
 * The same object is compiled once, so a decision may call this with the calendar that it was given.
 * @throws DomainError `invalid-calendar` with every field error when the calendar is not valid.
 */
export const compileCalendar = (calendar: CalendarInput): CompiledCalendar => {
  const known = compiled.get(calendar);
  if (known) return known;
  const errors = validateCalendar(calendar);
  if (errors.length > 0)
    fail('invalid', 'invalid-calendar', 'The calendar is not valid: correct the listed fields.', { errors });
  const fresh = new CompiledCalendar(normalizeCalendar(calendar));
  compiled.set(calendar, fresh);
  return fresh;
};

const blockIndex = (ms: number): number => Math.floor(ms / BLOCK_MS);

/** 0 is Monday; 1970-01-01 was a Thursday. */
const weekdayIndex = (day: number): number => (((day + 3) % 7) + 7) % 7;

const wallWindows = (windows: readonly DayWindow[]): readonly WallWindow[] =>
  windows.flatMap((window) => parseWindow(window) ?? []);

/** Holidays first, so that an override of the same date wins (R4). */
const specialDates = ({ holidays, overrides }: Calendar): ReadonlyMap<number, readonly WallWindow[]> =>
  new Map(
    [...holidays.map((date) => [date, []] as const), ...Object.entries(overrides)].map(([date, windows]) => [
      parseDate(date) ?? NaN,
      wallWindows(windows),
    ]),
  );
