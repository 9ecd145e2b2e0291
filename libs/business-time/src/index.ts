export type { Calendar, CalendarInput, DayWindow, SpecialDate, Weekday } from './calendar.js';
export { alwaysOpen, WEEKDAYS } from './calendar.js';
export type { CompiledCalendar } from './compiled-calendar.js';
export {
  compileCalendar,
  compileContinuedCalendar,
  compileForOnce,
  compilePinnedCalendar,
  TooManyWindowsError,
} from './compiled-calendar.js';
export type { Deadline } from './deadline.js';
export { addOpenTime, nextOpening, openTimeBetween, percentPoint } from './deadline.js';
export type { Explanation, ExplanationRow } from './explain.js';
export { explain, explainBetween } from './explain.js';
export { normalizeCalendar } from './normalize-calendar.js';
export type { Pause } from './pause.js';
export { MAX_DATES, validateCalendar } from './validate-calendar.js';
export { parseDate } from './wall-time.js';
export { BeyondZoneRulesError, STEADY_UTC } from './zone-rules.js';
