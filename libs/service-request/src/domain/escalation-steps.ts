import { type Instant, instantToMs } from '#kernel';
import type { EscalationStep } from '#service-level';
import type { Obligation } from './obligation.state.js';
import type { Escalated } from './service-request.events.js';
import type { FiledRequest } from './service-request.state.js';

/** The steps after a miss whose time has come; none after the customer was answered, however late that is found. */
export const stepsDue = (
  { escalation, respondedAt }: Obligation,
  { from, steps }: NonNullable<Obligation['chain']>,
  now: Instant,
): readonly EscalationStep[] => {
  const untilMs = instantToMs(respondedAt !== undefined && respondedAt < now ? respondedAt : now);
  return escalation.slice(steps).filter(({ afterMs }) => instantToMs(from) + afterMs <= untilMs);
};

/** Who is told; the first of all is told of the breach itself, the later ones that nobody has answered since. */
export const stepsTaken = (
  { requestId, escalations }: FiledRequest,
  { kind, cycle }: Obligation,
  due: readonly EscalationStep[],
  now: Instant,
): readonly Escalated[] =>
  due.map(({ afterMs, to }, index) => ({
    type: 'Escalated',
    data: {
      requestId,
      level: escalations.length + 1 + index,
      to,
      reason: afterMs === 0 && index === 0 ? 'breach' : 'unanswered',
      obligation: { kind, cycle },
      escalatedAt: now,
    },
  }));
