import { instantFromMs } from '#kernel';
import type { DayWindow } from './calendar.js';

const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A window in milliseconds after its date's local midnight; the end may lie on the next day. */
export interface WallWindow {
  readonly startMs: number;
  readonly endMs: number;
}

const TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Milliseconds after midnight of `HH:MM` or `24:00`; undefined for any other text. */
export const parseTime = (text: string): number | undefined => {
  const match = TIME.exec(text);
  if (!match) return undefined;
  return match[1] === undefined ? DAY_MS : (Number(match[1]) * 60 + Number(match[2])) * MINUTE_MS;
};

/** Days from 1970-01-01 to `YYYY-MM-DD`; undefined for a date that no calendar has. */
export const parseDate = (text: string): number | undefined => {
  if (!DATE.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  // Some engines read February 30 as March 2; up to the 28th, which every month has, there is no need to look.
  const isNone = Number.isNaN(ms) || (text.slice(8) > '28' && !instantFromMs(ms).startsWith(text));
  return isNone ? undefined : ms / DAY_MS;
};

/**
 * The window's wall times, the end on the next day when it is before the start (R2). Undefined when a time is malformed
 * or start and end are the same: that could mean nothing as well as a whole day.
 */
export const parseWindow = ([start, end]: DayWindow): WallWindow | undefined => {
  const startMs = parseTime(start);
  const endMs = parseTime(end);
  if (startMs === undefined || endMs === undefined || startMs === DAY_MS || startMs === endMs) return undefined;
  return { startMs, endMs: endMs > startMs ? endMs : endMs + DAY_MS };
};
