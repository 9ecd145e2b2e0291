import { type Instant, instantToMs, wrongFields } from '#kernel';

/** A claimed time is trusted this far back; an older one needs an annulment with evidence (E49). */
export const TRUSTED_CLAIM_MS = 15 * 60_000;

interface Claim {
  readonly field: 'respondedAt' | 'pausedAt' | 'resumedAt';
  readonly claimed: Instant | undefined;
  readonly now: Instant;
  /** Nothing before it can be claimed, because of what happened then: `when the request was filed or reopened`. */
  readonly earliest: Instant;
  readonly because: string;
}

/**
 * When it happened: as claimed, or now.
 * @throws DomainError `invalid` when the claim lies in the future, too far back, or before what it follows
 */
export const credible = ({ field, claimed, now, earliest, because }: Claim): Instant => {
  if (claimed === undefined) return now;
  const detail =
    claimed > now
      ? `${field} lies in the future.`
      : claimed < earliest
        ? `${field} lies before ${earliest}, ${because}.`
        : instantToMs(now) - instantToMs(claimed) > TRUSTED_CLAIM_MS
          ? `${field} is more than 15 minutes ago; a claim that old is not trusted. Leave it out to record it as of now.`
          : undefined;
  if (detail === undefined) return claimed;
  throw wrongFields([{ pointer: `#/${field}`, detail, code: 'not-credible' }]);
};
