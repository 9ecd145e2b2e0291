import { DomainError, type Instant, type TenantId } from '#kernel';
import {
  type Edition,
  editionOf,
  type Impact,
  inForce,
  type Pinned,
  type PinnedCalendar,
  type PolicyDefinition,
  type SlaCatalogue,
  type Terms,
} from '#service-level';
import { isOwed, type Obligation, sameObligation } from './domain/obligation.state.js';
import type { TermsOf } from './domain/promise.js';
import type { OpenHoursOf } from './domain/response-time.js';
import { cyclesOnReopening } from './domain/reopen-request.js';
import type { ObligationKey } from './domain/service-request.events.js';
import type { FiledRequest } from './domain/service-request.state.js';

/** What changes about a request with the command that asks. */
interface Changed {
  readonly impact?: Impact;
  readonly preferredSupportLanguage?: string;
}

/** Whose terms are asked for: the policy it is pinned to, its start, and the calendar it runs on already. */
interface Asked {
  readonly key: ObligationKey;
  readonly policy: Pinned;
  readonly startTime: Instant;
  readonly calendar?: PinnedCalendar;
}

const calendarOf = ({ calendar, tzdata, zoneRules }: Obligation): PinnedCalendar => ({
  ...calendar,
  tzdata,
  zoneRules,
});

const askedFor = (obligation: Obligation): Asked => {
  const { kind, cycle, policy, serviceLevelAgreement } = obligation;
  return {
    key: { kind, cycle },
    policy,
    calendar: calendarOf(obligation),
    startTime: serviceLevelAgreement.startTime,
  };
};

/** A new cycle follows the policy of the last one of its kind; the first next response that of the first response. */
const askedAnew = ({ obligations }: FiledRequest, key: ObligationKey, startTime: Instant): readonly Asked[] => {
  const before =
    obligations.findLast(({ kind }) => kind === key.kind) ?? obligations.find(({ kind }) => kind !== 'resolution');
  return before === undefined ? [] : [{ key, policy: before.policy, startTime }];
};

const noRuleFits = ({ kind }: ObligationKey): never => {
  throw new DomainError(
    'conflict',
    'no-rule-fits',
    `No rule of the policy that promises the ${kind} fits the request like this, so there is no deadline to give.`,
  );
};

/** The terms of a request's promises, each in the versions that it was made under (R10). */
export class PinnedTerms {
  constructor(private readonly catalogue: SlaCatalogue) {}

  /**
   * For what is still owed. What it returns throws DomainError `conflict` when no rule fits.
   * @param asOf whose calendar versions count where a promise is pinned to none; its start when left out
   */
  of(tenantId: TenantId, request: FiledRequest, changed: Changed = {}, asOf?: Instant): Promise<TermsOf> {
    return this.#of(tenantId, request, changed, request.obligations.filter(isOwed).map(askedFor), asOf);
  }

  /** Also for what is promised anew when the request is reopened. */
  onReopening(tenantId: TenantId, request: FiledRequest, now: Instant): Promise<TermsOf> {
    const anew = cyclesOnReopening(request).flatMap((key) => askedAnew(request, key, now));
    return this.#of(tenantId, request, {}, [...request.obligations.filter(isOwed).map(askedFor), ...anew]);
  }

  /**
   * Of one promise in the newest versions.
   * @throws DomainError `conflict` when no rule of the newest version fits
   */
  async newest(tenantId: TenantId, request: FiledRequest, obligation: Obligation, now: Instant): Promise<Terms> {
    const { id } = obligation.policy;
    const published = await this.catalogue.policy(tenantId, id);
    const policy = published && inForce(id, published, now);
    return (await this.#terms(tenantId, request, {}, policy, now)) ?? noRuleFits(obligation);
  }

  /** By which the time of an answer is counted, for all that is not answered yet, missed or not. */
  async openHours(tenantId: TenantId, { obligations }: FiledRequest): Promise<OpenHoursOf> {
    const waiting = obligations.filter(({ respondedAt }) => respondedAt === undefined);
    const known = await Promise.all(
      waiting.map(async (obligation) => ({
        obligation,
        openHours: await this.catalogue.openHours(tenantId, calendarOf(obligation)),
      })),
    );
    return (key) => known.find(({ obligation }) => sameObligation(obligation, key))?.openHours;
  }

  async #of(
    tenantId: TenantId,
    request: FiledRequest,
    changed: Changed,
    asked: readonly Asked[],
    asOf?: Instant,
  ): Promise<TermsOf> {
    const known = await Promise.all(
      asked.map(async ({ key, policy: { id, version }, startTime, calendar }) => {
        const published = await this.catalogue.policy(tenantId, id, version);
        const policy = published && editionOf(id, published, version);
        return { key, terms: await this.#terms(tenantId, request, changed, policy, asOf ?? startTime, calendar) };
      }),
    );
    return (key) => known.find((one) => sameObligation(one.key, key))?.terms ?? noRuleFits(key);
  }

  async #terms(
    tenantId: TenantId,
    { details, severity }: FiledRequest,
    { impact = severity.impact, preferredSupportLanguage: language = details.preferredSupportLanguage }: Changed,
    policy: Edition<PolicyDefinition> | undefined,
    at: Instant,
    calendar?: PinnedCalendar,
  ): Promise<Terms | undefined> {
    const { incidentType, issueClass, product, customerId } = details;
    const facts = { impact, incidentType, language, issueClass, product, customerId };
    return policy && this.catalogue.terms(tenantId, policy, facts, at, calendar);
  }
}
