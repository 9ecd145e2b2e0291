import type { Branded } from './branded.js';

/** A point in time as RFC 3339 UTC with exactly three fractional digits, e.g. `2026-07-13T02:00:00.000Z`; sorts as text. */
export type Instant = Branded<string, 'Instant'>;

/** @param ms milliseconds since the Unix epoch, years 0000 to 9999. */
export const instantFromMs = (ms: number): Instant => new Date(ms).toISOString() as Instant;

/** Milliseconds since the Unix epoch. */
export const instantToMs = (instant: Instant): number => Date.parse(instant);
