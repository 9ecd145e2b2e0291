import { DomainError, type Instant } from '#kernel';
import { untilDueMs } from './breach.js';
import { credible } from './claimed-time.js';
import { mustBeOpen } from './refusals.js';
import type { ClockPaused } from './service-request.events.js';
import type { OpenRequest, ServiceRequest } from './service-request.state.js';

export interface PauseClock {
  readonly reason: string;
  /** When the clock stopped, if that was before it is recorded. */
  readonly pausedAt?: Instant | undefined;
  readonly now: Instant;
}

/** What a deadline is computed from changed last: a pause claimed before would change what followed from it. */
const lastChange = ({ details, severity, languageSince, pauses }: OpenRequest): Instant =>
  [severity.assignedAt, languageSince, ...pauses.map(({ to }) => to)].reduce<Instant>(
    (latest, at) => (at !== undefined && at !== null && at > latest ? at : latest),
    details.filedAt,
  );

/**
 * The clock stands for a reason, for the promises that list it; the others run on. What is overdue by now is missed,
 * whatever is claimed.
 */
export const pauseClock = (
  { reason, pausedAt: claimed, now }: PauseClock,
  request: ServiceRequest,
): readonly ClockPaused[] => {
  const open = mustBeOpen(request);
  const { requestId, obligations, pauses } = open;
  if (pauses.some((pause) => pause.to === null && pause.reason === reason))
    throw new DomainError(
      'conflict',
      'clock-paused-already',
      `The clock is paused for ${reason} already. Resume it before pausing it for this reason again.`,
    );
  const pausedAt = credible({
    field: 'pausedAt',
    claimed,
    now,
    earliest: lastChange(open),
    because: 'when the request was filed, or its severity, language or clock last changed',
  });
  const stopped = obligations.filter(
    ({ pausesOn, serviceLevelAgreement: { expirationTime } }) =>
      pausesOn.includes(reason) && expirationTime !== null && expirationTime > pausedAt,
  );
  return [
    {
      type: 'ClockPaused',
      data: { requestId, reason, pausedAt, recordedAt: now, untilDueMs: untilDueMs(stopped, now) },
    },
  ];
};
