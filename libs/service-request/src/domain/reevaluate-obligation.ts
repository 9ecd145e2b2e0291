import { DomainError } from '#kernel';
import type { Terms } from '#service-level';
import { isOverdue } from './breach.js';
import type { Moment } from './moment.js';
import { movePromise } from './move-promise.js';
import { isOwed, livedThrough, type Obligation } from './obligation.state.js';
import { deadlineBy } from './deadline.js';
import { mergedElsewhere, mustBeFiled, mustHave } from './refusals.js';
import type { LaterEvent, ObligationKey, ObligationReevaluated } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface ReevaluateObligation extends Moment {
  readonly obligation: ObligationKey;
  readonly reason: string;
}

const isNewer = ({ policy, calendar, tzdata }: Obligation, newest: Terms): boolean =>
  policy.version !== newest.policy.version ||
  calendar.id !== newest.calendar.id ||
  calendar.version !== newest.calendar.version ||
  tzdata !== newest.tzdata;

/**
 * The promise as it would have been made under the newest versions, from its own start (R10). Also while the request is
 * closed: reopening may need a calendar with more open time.
 */
export const reevaluateObligation = (
  { obligation: key, reason, ...moment }: ReevaluateObligation,
  newest: Terms,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  const { now, trusted = now } = moment;
  const filed = mustBeFiled(request);
  if (filed.mergedInto !== undefined) throw mergedElsewhere(filed.mergedInto);
  const obligation = mustHave(filed, key);
  if (!isOwed(obligation) || isOverdue(obligation, trusted))
    throw new DomainError('conflict', 'obligation-settled', 'The obligation is kept or missed: its deadline stays.');
  if (!isNewer(obligation, newest))
    throw new DomainError('conflict', 'nothing-newer', 'The obligation follows the newest versions already.');
  const { kind, cycle, policy, calendar, tzdata, serviceLevelAgreement } = obligation;
  const reevaluated: ObligationReevaluated = {
    type: 'ObligationReevaluated',
    data: {
      requestId: filed.requestId,
      kind,
      cycle,
      reason,
      from: { policy, calendar, tzdata },
      to: {
        policy: newest.policy,
        calendar: { id: newest.calendar.id, version: newest.calendar.version },
        tzdata: newest.tzdata,
      },
      reevaluatedAt: now,
    },
  };
  const { startTime } = serviceLevelAgreement;
  const deadline = deadlineBy({ startTime, pauses: livedThrough(filed.pauses, obligation), terms: newest });
  return [
    reevaluated,
    ...movePromise(filed, obligation, { terms: newest, deadline, cause: 'reevaluation', ...moment }),
  ];
};
