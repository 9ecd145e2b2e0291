import type { FieldError } from '#kernel';
import { parseTime, parseWindow } from './wall-time.js';

/** A well-formed window on a line of local time, and where it stands in the input. */
export interface PlacedWindow {
  readonly pointer: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A day's well-formed windows, moved by `dayMs`; what is wrong with the others is added to `errors`. */
export const readWindows = (
  value: unknown,
  pointer: string,
  dayMs: number,
  errors: FieldError[],
): readonly PlacedWindow[] => {
  if (!Array.isArray(value)) {
    errors.push({ pointer, code: 'invalid-type', detail: 'The windows of a day are a list.' });
    return [];
  }
  return value.flatMap((window: unknown, index) => {
    const at = `${pointer}/${index}`;
    if (!isPair(window)) {
      errors.push({ pointer: at, code: 'invalid-type', detail: 'A window is a pair [start, end] of times HH:MM.' });
      return [];
    }
    errors.push(...windowErrors(window, at));
    const wall = parseWindow(window);
    return wall ? [{ pointer: at, startMs: wall.startMs + dayMs, endMs: wall.endMs + dayMs }] : [];
  });
};

/** Windows that start inside another one. The line repeats after `periodMs`, so that the last one may reach into the first. */
export const overlapErrors = (windows: readonly PlacedWindow[], periodMs: number): readonly FieldError[] => {
  let takenMs = windows.reduce((latest, { endMs }) => Math.max(latest, endMs - periodMs), -Infinity);
  const errors: FieldError[] = [];
  for (const { pointer, startMs, endMs } of [...windows].sort((a, b) => a.startMs - b.startMs)) {
    if (startMs < takenMs)
      errors.push({ pointer, code: 'overlapping-windows', detail: 'A window starts after the others have ended.' });
    takenMs = Math.max(takenMs, endMs);
  }
  return errors;
};

const windowErrors = ([start, end]: readonly [string, string], pointer: string): readonly FieldError[] => [
  ...(isStart(start)
    ? []
    : [{ pointer: `${pointer}/0`, code: 'invalid-time', detail: 'A start is a time 00:00 to 23:59.' }]),
  ...(isEnd(end)
    ? []
    : [{ pointer: `${pointer}/1`, code: 'invalid-time', detail: 'An end is a time 00:00 to 24:00.' }]),
  ...(isStart(start) && start === end
    ? [
        {
          pointer,
          code: 'empty-window',
          detail: 'A window ends at another time than it starts; a whole day is 00:00 to 24:00.',
        },
      ]
    : []),
];

const isPair = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((time) => typeof time === 'string');

const isEnd = (time: string): boolean => parseTime(time) !== undefined;

const isStart = (time: string): boolean => isEnd(time) && time !== '24:00';
