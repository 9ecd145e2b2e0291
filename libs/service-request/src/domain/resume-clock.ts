import { DomainError, type Instant } from '#kernel';
import { credible } from './claimed-time.js';
import type { TermsOf } from './deadline.js';
import { mustBeOpen } from './refusals.js';
import { runAgain } from './run-again.js';
import type { ClockResumed, LaterEvent } from './service-request.events.js';
import { evolveFiled, type ServiceRequest } from './service-request.state.js';

export interface ResumeClock {
  /** The pause that ends; all of them when left out. */
  readonly reason?: string | undefined;
  /** When the clock ran again, if that was before it is recorded. */
  readonly resumedAt?: Instant | undefined;
  readonly now: Instant;
}

const notPaused = (reason: string | undefined): never => {
  throw new DomainError(
    'conflict',
    'clock-running',
    reason === undefined ? 'The clock is not paused.' : `The clock is not paused for ${reason}.`,
  );
};

/** Pauses end; what no other pause stops is due again, later by the time that it stood (R7). */
export const resumeClock = (
  { reason, resumedAt: claimed, now }: ResumeClock,
  termsOf: TermsOf,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  const open = mustBeOpen(request);
  const ending = open.pauses.filter((pause) => pause.to === null && (reason === undefined || pause.reason === reason));
  const reasons = ending.flatMap((pause) => pause.reason ?? []);
  const latest =
    ending
      .map(({ from }) => from)
      .sort()
      .at(-1) ?? notPaused(reason);
  const resumedAt = credible({
    field: 'resumedAt',
    claimed,
    now,
    earliest: latest,
    because: 'when the clock was paused',
  });
  const { requestId } = open;
  const resumed: ClockResumed = { type: 'ClockResumed', data: { requestId, reasons, resumedAt, recordedAt: now } };
  return [resumed, ...runAgain(evolveFiled(open, resumed), termsOf, now)];
};
