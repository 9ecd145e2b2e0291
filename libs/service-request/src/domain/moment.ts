import type { Instant } from '#kernel';

/** When something is decided, by the two clocks that matter to it. */
export interface Moment {
  readonly now: Instant;
  /**
   * By the clock that is never early: what is not past by it is not missed, whatever `now` says (G2). As `now` when left
   * out.
   */
  readonly trusted?: Instant;
}

/** When something was done just now: by the trusted clock, but not before what it follows. */
export const doneAt = ({ now, trusted = now }: Moment, follows: Instant): Instant => {
  const at = trusted < follows ? follows : trusted;
  return at < now ? at : now;
};
