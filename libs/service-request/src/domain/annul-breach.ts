import { DomainError, type Instant } from '#kernel';
import { mustBeFiled, mustHave } from './refusals.js';
import type { BreachAnnulled, ObligationKey } from './service-request.events.js';
import type { ServiceRequest } from './service-request.state.js';

export interface AnnulBreach {
  readonly obligation: ObligationKey;
  readonly reason: string;
  readonly evidence: string;
  readonly now: Instant;
}

/** The verdict is taken back, the breach stays for all to see, beside the reason and the evidence (R9, E49). */
export const annulBreach = (
  { obligation: key, reason, evidence, now }: AnnulBreach,
  request: ServiceRequest,
): readonly BreachAnnulled[] => {
  const filed = mustBeFiled(request);
  const { kind, cycle, state } = mustHave(filed, key);
  if (state === 'annulled')
    throw new DomainError('conflict', 'breach-annulled-already', 'The breach of this obligation is annulled already.');
  if (state !== 'breached')
    throw new DomainError('conflict', 'not-breached', `The obligation is ${state}: there is no breach to annul.`);
  return [
    {
      type: 'BreachAnnulled',
      data: { requestId: filed.requestId, kind, cycle, reason, evidence, annulledAt: now },
    },
  ];
};
