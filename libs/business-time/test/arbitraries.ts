import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { type Instant, instantFromMs } from '#kernel';
import type { Calendar, DayWindow, Pause } from '../src/index.js';

export const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A question for the engine: everything that a deadline depends on. */
export interface Case {
  readonly calendar: Calendar;
  readonly start: Instant;
  readonly budgetMs: number;
  readonly pauses: readonly Pause[];
}

/** Skipped days, half-hour and two-hour changes, changes at midnight or a minute after it, four changes a year. */
const oddZones = [
  ...['Pacific/Apia', 'Pacific/Kwajalein', 'Pacific/Kiritimati', 'Pacific/Fakaofo', 'Australia/Lord_Howe'],
  ...['Antarctica/Troll', 'Africa/Cairo', 'Africa/Casablanca', 'America/St_Johns', 'America/Havana', 'Asia/Gaza'],
  ...['Asia/Tehran', 'America/Caracas', 'Asia/Pyongyang', 'Europe/Dublin', 'America/New_York', 'Asia/Seoul', 'UTC'],
];

const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** From 03:00 on, so that a night shift of the day before may end until then. */
const boundary = fc.oneof(fc.integer({ min: 180, max: 1_440 }), fc.constantFrom(180, 540, 1_020, 1_440));

const dayShift = fc
  .tuple(fc.uniqueArray(boundary, { minLength: 2, maxLength: 5 }), fc.integer({ min: 0, max: 180 }))
  .map(([boundaries, nightEnd]) => {
    const times = [...boundaries].sort((a, b) => a - b);
    if (times.length % 2 === 1 && times.at(-1) !== 1_440) times.push(nightEnd);
    const windows: DayWindow[] = [];
    for (let i = 0; i + 1 < times.length; i += 2)
      windows.push([clockTime(times[i] ?? 0), clockTime(times[i + 1] ?? 0)]);
    return windows;
  });

/** Around midnight and the small hours, where clocks change. */
const nightShift = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 60, 120, 150, 180)), {
    minLength: 2,
    maxLength: 4,
  })
  .map((minutes) => [...minutes].sort((a, b) => a - b).map(clockTime))
  .map(([a = '', b = '', c, d]): DayWindow[] =>
    c !== undefined && d !== undefined
      ? [
          [a, b],
          [c, d],
        ]
      : [[a, b]],
  );

const wholeDay = fc.constant<DayWindow[]>([['00:00', '24:00']]);

const weekOf = (day: fc.Arbitrary<DayWindow[]>): fc.Arbitrary<Calendar['week']> =>
  fc.record({ '1': day, '2': day, '3': day, '4': day, '5': day, '6': day, '7': day }, { requiredKeys: ['3'] });

/** Half of them within days before a change of the zone's clocks. */
const startIn = (timeZone: string): fc.Arbitrary<Instant> =>
  fc
    .tuple(
      fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2035, 0, 1) }),
      fc.boolean(),
      fc.integer({ min: -DAY_MS, max: 4 * DAY_MS }),
      fc.boolean(),
    )
    .map(([anyMs, nearChange, beforeMs, wholeMinute]) => {
      const change = nearChange
        ? Temporal.Instant.fromEpochMilliseconds(anyMs).toZonedDateTimeISO(timeZone).getTimeZoneTransition('next')
        : null;
      const ms = change && change.year < 2035 ? change.epochMilliseconds - beforeMs : anyMs;
      return instantFromMs(wholeMinute ? Math.floor(ms / MINUTE_MS) * MINUTE_MS : ms);
    });

/** Dates from a week before to a month after an instant. */
const dateNear = (start: Instant): fc.Arbitrary<string> =>
  fc.integer({ min: -7, max: 30 }).map((days) => instantFromMs(Date.parse(start) + days * DAY_MS).slice(0, 10));

const calendarNear = (timeZone: string, start: Instant): fc.Arbitrary<Calendar> =>
  fc.record({
    timeZone: fc.constant(timeZone),
    week: fc.oneof(weekOf(dayShift), weekOf(nightShift), weekOf(wholeDay)),
    holidays: fc.array(dateNear(start), { maxLength: 4 }),
    overrides: fc.dictionary(dateNear(start), fc.oneof(dayShift, nightShift, fc.constant([])), { maxKeys: 3 }),
  });

/** Ended pauses on whole minutes, from a day before the start to three weeks after it. */
const pauseNear = (start: Instant): fc.Arbitrary<Pause> =>
  fc
    .tuple(fc.integer({ min: -1_440, max: 30_000 }), fc.integer({ min: 0, max: 3_000 }))
    .map(([fromMinute, minutes]) => {
      const fromMs = (Math.floor(Date.parse(start) / MINUTE_MS) + fromMinute) * MINUTE_MS;
      return { from: instantFromMs(fromMs), to: instantFromMs(fromMs + minutes * MINUTE_MS) };
    });

const budget = fc.oneof(
  fc.integer({ min: 1, max: 4_800 }).map((minutes) => minutes * MINUTE_MS),
  fc.integer({ min: 1, max: 120 * 60 * MINUTE_MS }),
);

const caseIn = (zones: readonly string[]): fc.Arbitrary<Case> =>
  fc.constantFrom(...zones).chain((timeZone) =>
    startIn(timeZone).chain((start) =>
      fc.record({
        calendar: calendarNear(timeZone, start),
        start: fc.constant(start),
        budgetMs: budget,
        pauses: fc.array(pauseNear(start), { maxLength: 6 }),
      }),
    ),
  );

/** In a few zones that change their clocks in every known way. */
export const oddCase = caseIn(oddZones);

/** In any zone. */
export const anyCase = fc.oneof(oddCase, caseIn(Intl.supportedValuesOf('timeZone')));
