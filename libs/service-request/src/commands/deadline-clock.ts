/** Injects the clock that says whether a deadline is past: one that is never early. */
export const DEADLINE_CLOCK = Symbol('DeadlineClock');
