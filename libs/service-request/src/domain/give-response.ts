import type { Instant } from '#kernel';
import { credible } from './claimed-time.js';
import { doneAt, type Moment } from './moment.js';
import { mustBeOpen } from './refusals.js';
import { answeredIn, type OpenHoursOf } from './response-time.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface GiveResponse extends Moment {
  readonly text: string;
  /** When the customer was answered, if that was before it is recorded. */
  readonly respondedAt?: Instant | undefined;
}

/** The customer was answered: every promise still waiting for it is kept, or was kept late (R6). */
export const giveResponse = (
  { text, respondedAt: claimed, ...moment }: GiveResponse,
  openHoursOf: OpenHoursOf,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId, details, obligations, pauses } = mustBeOpen(request);
  const waiting = obligations.filter(
    (obligation) => obligation.kind !== 'resolution' && obligation.respondedAt === undefined,
  );
  const { now } = moment;
  // What was said before the request was reopened cannot answer why it was.
  const earliest = waiting.at(-1)?.serviceLevelAgreement.startTime ?? details.filedAt;
  const because = 'when the request was filed or reopened';
  const respondedAt =
    claimed === undefined
      ? doneAt(moment, earliest)
      : credible({ field: 'respondedAt', claimed, now, earliest, because });
  const answers = waiting.map((promise) => answeredIn(promise, respondedAt, pauses, openHoursOf(promise)));
  const isFirst = waiting.some(({ kind }) => kind !== 'nextResponse');
  return [
    {
      type: isFirst ? 'FirstResponseGiven' : 'ResponseGiven',
      data: { requestId, text, respondedAt, recordedAt: now, answers },
    },
  ];
};
