import { fail, type Instant, instantFromMs, instantToMs } from '#kernel';
import { BoundedCache } from './bounded-cache.js';
import { type Calendar, type CalendarInput, type DayWindow, type SpecialDate, WEEKDAYS } from './calendar.js';
import { normalizeCalendar } from './normalize-calendar.js';
import { instantAfter, openBlock, type OpenBlock, openMsBefore } from './open-block.js';
import { clipped, type Span, united } from './span.js';
import { validateCalendar } from './validate-calendar.js';
import { DAY_MS, parseDate, parseWindow, type WallWindow } from './wall-time.js';
import { pinnedZone, STEADY_UTC, zoneRulesText } from './zone-rules.js';
import { type Zone, zoneOf } from './zone.js';

/** A week: one whose clocks and dates are as usual is open for as long as any other, and need not be looked at. */
const BLOCK_DAYS = 7;
const BLOCK_MS = BLOCK_DAYS * DAY_MS;
/** 22 years of one calendar, a megabyte at most where windows are few. */
const MAX_BLOCKS = 1_200;

/** A window ends within two days of its local midnight; the zone's offset and a skipped day move it by less than two more. */
const REACH_DAYS = 4;
/** What a block's last windows ask of the zone: their end, and where a local time is ambiguous a day beyond it. */
const ZONE_REACH_DAYS = REACH_DAYS + 2;

type Spending = { readonly spentAtMs: number } | { readonly spentAtMs?: never; readonly leftMs: number };

/** A calendar made ready for counting: build it once per calendar version and keep it. All times in ms since the epoch. */
export class CompiledCalendar {
  readonly #week: readonly (readonly WallWindow[])[];
  readonly #weekMs: number;
  readonly #dates: ReadonlyMap<number, readonly WallWindow[]>;
  readonly #blocks = new BoundedCache<OpenBlock>(MAX_BLOCKS, (index) => this.#compute(index));
  #windowsLeft: number;
  /** What was asked for last: promises made in one week share it. */
  #rules = { first: NaN, last: NaN, text: '' };

  /** @internal use {@link compileCalendar} */
  constructor(
    private readonly calendar: Calendar,
    private readonly zone: Zone,
    maxWindows: number,
  ) {
    this.#week = WEEKDAYS.map((weekday) => wallWindows(calendar.week[weekday] ?? []));
    this.#weekMs = this.#week.flat().reduce((sumMs, { startMs, endMs }) => sumMs + endMs - startMs, 0);
    this.#dates = specialDates(calendar);
    this.#windowsLeft = maxWindows;
  }

  /** Open milliseconds between two instants. */
  openMsBetween(fromMs: number, toMs: number): number {
    if (toMs <= fromMs) return 0;
    const first = blockIndex(fromMs);
    let openMs = -openMsBefore(this.#blocks.get(first), fromMs);
    for (let index = first; index * BLOCK_MS < toMs; index++)
      openMs += this.#isUsual(index, toMs) ? this.#weekMs : openMsBefore(this.#blocks.get(index), toMs);
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
      if (leftMs > this.#weekMs && this.#isUsual(index, toMs)) {
        leftMs -= this.#weekMs;
        continue;
      }
      const block = this.#blocks.get(index);
      const availableMs = openMsBefore(block, toMs);
      if (leftMs <= availableMs) return { spentAtMs: instantAfter(block, leftMs) };
      leftMs -= availableMs;
    }
    return { leftMs };
  }

  /** The open spans between two instants in order, joined where they touch; computed as they are asked for. */
  *openSpans(fromMs: number, toMs: number): Generator<Span> {
    let last: Span | undefined;
    for (let index = blockIndex(fromMs); index * BLOCK_MS < toMs; index++)
      for (const span of clipped(this.#blocks.get(index).spans, fromMs, toMs)) {
        if (last !== undefined && last.toMs < span.fromMs) yield last;
        last = { fromMs: last?.toMs === span.fromMs ? last.fromMs : span.fromMs, toMs: span.toMs };
      }
    if (last !== undefined) yield last;
  }

  /**
   * What is special on the local dates that a time touches, in their order: why a day was closed, or had other hours (R4).
   * Windows are of the date on which they begin, so the one before counts where they may reach into the first.
   */
  specialDatesBetween(from: Instant, to: Instant): readonly SpecialDate[] {
    const { holidays, overrides } = this.calendar;
    const [fromMs, toMs] = [instantToMs(from), instantToMs(to)];
    const first = this.#localDate(this.#reachesOn() ? fromMs - DAY_MS : fromMs);
    const last = this.#localDate(Math.max(fromMs, toMs - 1));
    return [...new Set([...holidays, ...Object.keys(overrides)])]
      .filter((date) => date >= first && date <= last)
      .sort()
      .map((date) => ({ date, windows: overrides[date] ?? [] }));
  }

  /**
   * What counting between two instants asks of the zone, as text for {@link compilePinnedCalendar} (R10): a week or two
   * more than the time itself, since windows begin before it and whole weeks are looked at.
   */
  zoneRulesBetween(from: Instant, to: Instant): string {
    if (this.calendar.timeZone === 'UTC') return STEADY_UTC;
    const [first, last] = [blockIndex(instantToMs(from)), blockIndex(instantToMs(to))];
    if (first !== this.#rules.first || last !== this.#rules.last) {
      const fromMs = (first * BLOCK_DAYS - REACH_DAYS - 1) * DAY_MS;
      const toMs = ((last + 1) * BLOCK_DAYS + ZONE_REACH_DAYS) * DAY_MS;
      this.#rules = { first, last, text: zoneRulesText(this.zone, fromMs, toMs) };
    }
    return this.#rules.text;
  }

  /** Whether any of its windows ends on the day after the one on which it begins. */
  #reachesOn(): boolean {
    return [...this.#week, ...this.#dates.values()].flat().some(({ endMs }) => endMs > DAY_MS);
  }

  #localDate(ms: number): string {
    return instantFromMs(ms + this.zone.offsetAt(ms)).slice(0, '2026-07-13'.length);
  }

  /** Whether a week ends by `toMs` and has neither a change of the clocks nor a special date in reach. */
  #isUsual(index: number, toMs: number): boolean {
    const firstDay = index * BLOCK_DAYS - REACH_DAYS;
    const endDay = (index + 1) * BLOCK_DAYS + REACH_DAYS;
    if ((index + 1) * BLOCK_MS > toMs || !this.zone.isSteady((firstDay - 1) * DAY_MS, (endDay + 2) * DAY_MS))
      return false;
    for (let day = firstDay; this.#dates.size > 0 && day < endDay; day++) if (this.#dates.has(day)) return false;
    return true;
  }

  #compute(index: number): OpenBlock {
    const block = { fromMs: index * BLOCK_MS, toMs: (index + 1) * BLOCK_MS };
    const firstDay = index * BLOCK_DAYS;
    const spans: Span[] = [];
    for (let day = firstDay - REACH_DAYS; day < firstDay + BLOCK_DAYS + REACH_DAYS; day++)
      this.#addSpansOf(day, block, spans);
    return openBlock(united(spans));
  }

  /** A date's windows on the time line. The clocks may leave one with its end before its start: it is empty then (R2). */
  #addSpansOf(day: number, block: Span, spans: Span[]): void {
    const windows = this.#dates.get(day) ?? this.#week[weekdayIndex(day)] ?? [];
    if (windows.length === 0 || !this.zone.hasDate(day)) return;
    if ((this.#windowsLeft -= windows.length) < 0) throw new TooManyWindowsError();
    const midnight = day * DAY_MS;
    for (const { startMs, endMs } of windows) {
      const fromMs = Math.max(this.zone.resolve(midnight + startMs), block.fromMs);
      const toMs = Math.min(this.zone.resolve(midnight + endMs), block.toMs);
      if (fromMs < toMs) spans.push({ fromMs, toMs });
    }
  }
}

/** The calendar has more windows in the time to be looked at than its reader allowed. */
export class TooManyWindowsError extends Error {
  override readonly name = 'TooManyWindowsError';

  constructor() {
    super('The calendar has too many windows in the time that was asked for.');
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
  const fresh = compileForOnce(calendar, Infinity);
  compiled.set(calendar, fresh);
  return fresh;
};

/**
 * For a single answer that must not take long, whatever the calendar: counting with it throws {@link TooManyWindowsError}
 * once it has looked at more than `maxWindows`.
 *
 * @param calendar a valid one, see {@link validateCalendar}
 */
export const compileForOnce = (calendar: CalendarInput, maxWindows: number): CompiledCalendar => {
  const normalized = normalizeCalendar(calendar);
  return new CompiledCalendar(normalized, zoneOf(normalized.timeZone), maxWindows);
};

/**
 * A published calendar on recorded zone rules instead of this machine's zone data, to run a deadline again as it was
 * computed (R10). Counting beyond what the rules cover throws {@link BeyondZoneRulesError}.
 *
 * @param rules as {@link CompiledCalendar.zoneRulesBetween} gave them
 */
export const compilePinnedCalendar = (calendar: Calendar, rules: string): CompiledCalendar =>
  new CompiledCalendar(calendar, pinnedZone(rules), Infinity);

/**
 * A published calendar on the zone rules that a promise was made under, and beyond what they cover on this machine's
 * zone data: for a promise whose deadline moves after that data was updated (R10).
 *
 * @param rules as {@link CompiledCalendar.zoneRulesBetween} gave them
 * @throws DomainError `unknown-time-zone`
 */
export const compileContinuedCalendar = (calendar: Calendar, rules: string): CompiledCalendar =>
  new CompiledCalendar(calendar, pinnedZone(rules, zoneOf(calendar.timeZone)), Infinity);

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
