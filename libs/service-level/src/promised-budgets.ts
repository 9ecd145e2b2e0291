import type { Instant, TenantId } from '#kernel';
import { editionOf, inForce } from './domain/definition.js';
import { durationToMs } from './domain/duration.js';
import type { PromisedBudget } from './domain/publication.js';
import type { ServiceLevelQueries } from './read-models/service-level.queries.js';
import type { SlaCatalogue } from './sla-catalogue.js';

const PAGE = 200;

/** What policies promise on a calendar: those that the read model lists, so that one published this instant may be missed. */
export class PromisedBudgets {
  constructor(
    private readonly queries: ServiceLevelQueries,
    private readonly catalogue: SlaCatalogue,
  ) {}

  /** By the versions in force at an instant, and by the newest. */
  async on(tenantId: TenantId, calendarId: string, at: Instant): Promise<readonly PromisedBudget[]> {
    const promised: PromisedBudget[] = [];
    for (let after = '', more = true; more;) {
      const page = await this.queries.list(tenantId, 'policy', PAGE, after);
      for (const { id } of page) promised.push(...(await this.#of(tenantId, id, calendarId, at)));
      after = page.at(-1)?.id ?? after;
      more = page.length === PAGE;
    }
    return promised;
  }

  async #of(tenantId: TenantId, policyId: string, calendarId: string, at: Instant): Promise<readonly PromisedBudget[]> {
    const published = await this.catalogue.policy(tenantId, policyId);
    if (published === undefined) return [];
    const editions = [inForce(policyId, published, at), editionOf(policyId, published)];
    return editions
      .flatMap((edition) => edition?.definition.rules ?? [])
      .filter((rule) => rule.calendarId === calendarId)
      .map(({ budget }) => ({ policyId, budgetMs: durationToMs(budget) ?? 0 }))
      .filter(({ budgetMs }) => budgetMs > 0);
  }
}
