import type { Branded } from './branded.js';

/** A point in time as RFC 3339 UTC with exactly three fractional digits, e.g. `2026-07-13T02:00:00.000Z`; sorts as text. */
export type Instant = Branded<string, 'Instant'>;

/** @param ms milliseconds since the Unix epoch, years 0000 to 9999. */
export const instantFromMs = (ms: number): Instant => new Date(ms).toISOString() as Instant;

const DAY_MS = 86_400_000;
const ZERO = 48;

const twoDigits = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - ZERO * 11;

/** Days since 1970-01-01, counted in years that begin in March: the day that leap years add is their last. */
const daysOf = (year: number, month: number, day: number): number => {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 719_469;
};

/** Milliseconds since the Unix epoch. `Date.parse` must find out the form first, and deadlines read many instants. */
export const instantToMs = (instant: Instant): number => {
  if (instant.length !== '2026-07-13T02:00:00.000Z'.length) return Date.parse(instant); // a year of more digits
  const year = twoDigits(instant, 0) * 100 + twoDigits(instant, 2);
  const days = daysOf(year, twoDigits(instant, 5), twoDigits(instant, 8));
  const minutes = twoDigits(instant, 11) * 60 + twoDigits(instant, 14);
  const ms = twoDigits(instant, 20) * 10 + instant.charCodeAt(22) - ZERO;
  return days * DAY_MS + (minutes * 60 + twoDigits(instant, 17)) * 1_000 + ms;
};
