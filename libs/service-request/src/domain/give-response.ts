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

const assertCredible = (claimed: Instant, promisedAt: Instant, now: Instant): void => {
  const detail =
    claimed > now
      ? 'respondedAt lies in the future.'
      : claimed < promisedAt
        ? `respondedAt lies before ${promisedAt}, when the request was filed or reopened.`
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
  const waiting = obligations.filter(
    (obligation) => obligation.kind !== 'resolution' && obligation.respondedAt === undefined,
  );
  // What was said before the request was reopened cannot answer why it was.
  const promisedAt = waiting.at(-1)?.serviceLevelAgreement.startTime ?? details.filedAt;
  if (claimed !== undefined) assertCredible(claimed, promisedAt, now);
  const answers = waiting.map(({ kind, cycle }) => ({ kind, cycle }));
  const isFirst = waiting.some(({ kind }) => kind !== 'nextResponse');
  return [
    {
      type: isFirst ? 'FirstResponseGiven' : 'ResponseGiven',
      data: { requestId, text, respondedAt, recordedAt: now, answers },
    },
  ];
};
