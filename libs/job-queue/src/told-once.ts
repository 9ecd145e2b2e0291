const QUIET_MS = 30_000;
const MOST_MESSAGES = 100;

/** Passes an error on unless one of the same message was passed on lately: an outage is one trouble, not four a second. */
export const toldOnce = (tell: (error: Error) => void): ((error: Error) => void) => {
  const toldAt = new Map<string, number>();
  return (error) => {
    const now = performance.now();
    if (now - (toldAt.get(error.message) ?? -Infinity) < QUIET_MS) return;
    if (toldAt.size >= MOST_MESSAGES) toldAt.clear();
    toldAt.set(error.message, now);
    tell(error);
  };
};
