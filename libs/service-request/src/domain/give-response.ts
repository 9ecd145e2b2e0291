import { DomainError, type Instant, instantToMs } from '#kernel';
import { mustBeOpen } from './refusals.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface GiveResponse {
  readonly text: string;
  /** When the customer was answered, if that was before it is recorded. */
  readonly respondedAt?: Instant | undefined;
  readonly now: Instant;
}

/** A claimed time is trusted this far back; an older one needs an annulment with evidence (E49). */
export const TRUSTED_CLAIM_MS = 15 * 60_000;

const assertCredible = (claimed: Instant, filedAt: Instant, now: Instant): void => {
  const detail =
    claimed > now
      ? 'respondedAt lies in the future.'
      : claimed < filedAt
        ? 'respondedAt lies before the request was filed.'
        : instantToMs(now) - instantToMs(claimed) > TRUSTED_CLAIM_MS
          ? 'respondedAt is more than 15 minutes ago; a claim that old is not trusted. Leave it out to record the answer as given now.'
          : undefined;
  if (detail === undefined) return;
  throw new DomainError('invalid', 'validation', 'The response cannot be recorded as sent.', {
    errors: [{ pointer: '#/respondedAt', detail, code: 'not-credible' }],
  });
};

/** The customer was answered: every promise still waiting for it is kept, or was kept late (R6). */
export const giveResponse = (
  { text, respondedAt: claimed, now }: GiveResponse,
  request: ServiceRequest,
): readonly ServiceRequestEvent[] => {
  const { requestId, details, obligations } = mustBeOpen(request);
  const respondedAt = claimed ?? now;
  if (claimed !== undefined) assertCredible(claimed, details.filedAt, now);
  const waiting = obligations.filter(
    (obligation) => obligation.kind !== 'resolution' && obligation.respondedAt === undefined,
  );
  const answers = waiting.map(({ kind, cycle }) => ({ kind, cycle }));
  const isFirst = waiting.some(({ kind }) => kind !== 'nextResponse');
  return [
    {
      type: isFirst ? 'FirstResponseGiven' : 'ResponseGiven',
      data: { requestId, text, respondedAt, recordedAt: now, answers },
    },
  ];
};
