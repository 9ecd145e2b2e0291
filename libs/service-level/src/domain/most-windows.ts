/**
 * What one answer may look at of a calendar: eleven years of 28 windows a day though no week is as usual. That takes a
 * tenth of a second, in which the process answers nobody else.
 */
export const MOST_WINDOWS = 250_000;
