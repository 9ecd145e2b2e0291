import { type CalendarInput, WEEKDAYS } from './calendar.js';
import { parseWindow } from './wall-time.js';

/** Milliseconds of the week's longest day by the wall clock: what "one business day" counts as. 0 when no weekday opens. */
export const longestRegularDay = ({ week }: CalendarInput): number =>
  Math.max(
    ...WEEKDAYS.map((weekday) =>
      (week[weekday] ?? []).reduce((sumMs, window) => {
        const wall = parseWindow(window);
        return wall ? sumMs + wall.endMs - wall.startMs : sumMs;
      }, 0),
    ),
  );
