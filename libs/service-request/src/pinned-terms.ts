import { DomainError, type TenantId } from '#kernel';
import { editionOf, type Impact, type SlaCatalogue, type Terms } from '#service-level';
import type { FiledRequest } from './domain/service-request.state.js';

/** The terms of a request's promises in the policy version that its first one was made under (R10). */
export class PinnedTerms {
  constructor(private readonly catalogue: SlaCatalogue) {}

  /** @throws DomainError `conflict` when no rule of that version fits the request with this impact */
  async of(
    tenantId: TenantId,
    { details, severity, obligations }: FiledRequest,
    impact: Impact = severity.impact,
  ): Promise<Terms> {
    const pinned = obligations[0]?.policy;
    const published = pinned && (await this.catalogue.policy(tenantId, pinned.id, pinned.version));
    const policy = published && editionOf(pinned.id, published, pinned.version);
    const { incidentType, preferredSupportLanguage: language, issueClass, product, customerId, filedAt } = details;
    const terms =
      policy &&
      (await this.catalogue.terms(
        tenantId,
        policy,
        { impact, incidentType, language, issueClass, product, customerId },
        filedAt,
        obligations.map(({ calendar }) => calendar),
      ));
    if (terms === undefined)
      throw new DomainError(
        'conflict',
        'no-rule-fits',
        `No rule of the request's policy fits a ${impact} impact, so there is no deadline to give.`,
      );
    return terms;
  }
}
