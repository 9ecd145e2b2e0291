import { type Instant, instantFromMs } from '#kernel';
import type { Case } from './arbitraries.js';

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
const BEFORE_DAYS = 4;
const SEEN_DAYS = 32;
/** Minutes between two looks at Intl; every minute is looked up where the clock did not go on evenly. */
const STRIDE = 360;
const UNKNOWN = -1;

/** What the twin looks at: every minute from some days before the start to `seenUntil`. */
export const seenUntil = (start: Instant): Instant =>
  instantFromMs(firstMinute(start) * MINUTE + SEEN_DAYS * DAY_MINUTES * MINUTE);

/**
 * The deadline by brute force, sharing nothing with the engine: it writes down the wall clock of every minute as Intl
 * tells it, opens minutes by looking wall times up in that list, closes the paused ones, and counts. Null when the budget
 * is not spent by {@link seenUntil}. Good for zones with whole-minute offsets and pauses on whole minutes.
 */
export const dueByCounting = ({ calendar, start, budgetMs, pauses }: Case): Instant | null => {
  const base = firstMinute(start);
  const walls = wallMinutes(calendar.timeZone, base);
  const open = openMinutes(calendar, walls);
  for (const { from, to } of pauses) {
    if (to === null) throw new Error('The twin knows only pauses that have ended.');
    const clamp = (at: Instant): number => Math.min(Math.max(Date.parse(at) / MINUTE - base, 0), walls.length);
    open.fill(0, clamp(from), Math.max(clamp(from), clamp(to)));
  }
  const startMs = Date.parse(start);
  let left = budgetMs;
  for (let index = Math.floor(startMs / MINUTE) - base; index < walls.length; index++) {
    if (open[index] === 0) continue;
    const minuteMs = (base + index) * MINUTE;
    const fromMs = minuteMs > startMs ? minuteMs : startMs;
    if (minuteMs + MINUTE - fromMs >= left) return instantFromMs(fromMs + left);
    left -= minuteMs + MINUTE - fromMs;
  }
  return null;
};

const firstMinute = (start: Instant): number => Math.floor(Date.parse(start) / MINUTE) - BEFORE_DAYS * DAY_MINUTES;

/** The wall clock of each minute, as minutes since 1970-01-01 00:00 on that clock. */
const wallMinutes = (timeZone: string, base: number): Int32Array => {
  const walls = new Int32Array(SEEN_DAYS * DAY_MINUTES);
  const wallAt = wallClock(timeZone);
  let wall = wallAt(base);
  for (let from = 0; from < walls.length; from += STRIDE) {
    const next = wallAt(base + from + STRIDE);
    const steady = next - wall === STRIDE;
    for (let i = 0; i < STRIDE; i++) walls[from + i] = steady ? wall + i : wallAt(base + from + i);
    wall = next;
  }
  return walls;
};

const formats = new Map<string, Intl.DateTimeFormat>();

const wallClock = (timeZone: string): ((minute: number) => number) => {
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, ...parts });
  formats.set(timeZone, format);
  return (minute) => {
    const [month = 0, day = 0, year = 0, hour = 0, wallMinute = 0] = (
      format.format(minute * MINUTE).match(/\d+/g) ?? []
    ).map(Number);
    return Date.UTC(year, month - 1, day, hour, wallMinute) / MINUTE;
  };
};

const openMinutes = (calendar: Case['calendar'], walls: Int32Array): Uint8Array => {
  const open = new Uint8Array(walls.length);
  const indexOf = wallIndex(walls);
  for (const wallDay of daysShown(walls)) {
    for (const [startTime, endTime] of windowsOn(calendar, wallDay)) {
      const startWall = wallDay * DAY_MINUTES + minutesOf(startTime);
      const endWall = wallDay * DAY_MINUTES + minutesOf(endTime);
      const from = indexOf(startWall);
      const to = indexOf(endWall > startWall ? endWall : endWall + DAY_MINUTES);
      if (from < to) open.fill(1, from, to);
    }
  }
  return open;
};

const daysShown = (walls: Int32Array): ReadonlySet<number> => {
  const days = new Set<number>();
  let midnight = NaN;
  for (const wall of walls) {
    if (wall >= midnight && wall < midnight + DAY_MINUTES) continue;
    const day = Math.floor(wall / DAY_MINUTES);
    midnight = day * DAY_MINUTES;
    days.add(day);
  }
  return days;
};

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const windowsOn = (
  { week, holidays, overrides }: Case['calendar'],
  wallDay: number,
): readonly (readonly [string, string])[] => {
  const date = instantFromMs(wallDay * DAY_MINUTES * MINUTE).slice(0, 10);
  const replaced = overrides[date];
  if (replaced) return replaced;
  if (holidays.includes(date)) return [];
  const fromThursday = ['4', '5', '6', '7', '1', '2', '3'] as const;
  return week[fromThursday[wallDay % 7] ?? '1'] ?? [];
};

/** Finds the first minute that shows a wall time. A skipped time is as long after the jump as it is past the last time shown. */
const wallIndex = (walls: Int32Array): ((wall: number) => number) => {
  const lowest = walls[0] ?? 0;
  const first = new Int32Array(walls.length + 4 * DAY_MINUTES).fill(UNKNOWN);
  for (let index = walls.length - 1; index >= 0; index--) first[(walls[index] ?? lowest) - lowest] = index;
  return (wall) => {
    if (wall < lowest) return 0;
    const found = first[wall - lowest] ?? UNKNOWN;
    if (found !== UNKNOWN) return found;
    const jump = walls.findIndex((shown, index) => shown > wall && (walls[index - 1] ?? wall) < wall);
    return jump < 0 ? walls.length : jump + (wall - (walls[jump - 1] ?? wall) - 1);
  };
};
