import { type Instant, instantFromMs } from '#kernel';

/** The day of the worked cases: `at('02:00')` is 2026-07-13T02:00:00.000Z, `at('2026-07-14T02:00')` names another. */
export const at = (text: string): Instant =>
  instantFromMs(Date.parse(`${text.includes('T') ? text : `2026-07-13T${text}`}Z`));
