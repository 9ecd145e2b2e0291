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
import { budgetMsOf, isOwed, type Obligation, sameObligation } from './domain/obligation.state.js';
import type { TermsOf } from './domain/deadline.js';
import type { OpenHoursOf } from './domain/response-time.js';
import { cyclesOnReopening } from './domain/reopen-request.js';
import type { ObligationKey } from './domain/service-request.events.js';
import type { FiledRequest } from './domain/service-request.state.js';

/** What changes about a request with the command that asks. */
interface Changed {
  readonly impact?: Impact;
  readonly preferredSupportLanguage?: string;
}

/** Whose terms are asked for: the policy it is pinned to, its severity and start, and the calendar it runs on already. */
interface Asked {
  readonly key: ObligationKey;
  readonly policy: Pinned;
  readonly severity: Impact;
  readonly startTime: Instant;
  readonly calendar?: PinnedCalendar;
}

const calendarOf = ({ calendar, tzdata, zoneRules }: Obligation): PinnedCalendar => ({
  ...calendar,
  tzdata,
  zoneRules,
});

const askedFor = (obligation: Obligation): Asked => {
  const { kind, cycle, policy, severity, serviceLevelAgreement } = obligation;
  return {
    key: { kind, cycle },
    policy,
    severity,
    calendar: calendarOf(obligation),
    startTime: serviceLevelAgreement.startTime,
  };
};

/** A new cycle follows the policy of the last one of its kind; the first next response that of the first response. */
const askedAnew = (
  { obligations, severity }: FiledRequest,
  key: ObligationKey,
  startTime: Instant,
): readonly Asked[] => {
  const before =
    obligations.findLast(({ kind }) => kind === key.kind) ?? obligations.find(({ kind }) => kind !== 'resolution');
  return before === undefined ? [] : [{ key, policy: before.policy, severity: severity.impact, startTime }];
};

const noRuleFits = ({ kind }: ObligationKey): never => {
  throw new DomainError(
    'conflict',
    'no-rule-fits',
    `No rule of the policy that promises the ${kind} fits the request like this, so there is no deadline to give.`,
  );
};

const found =
  (known: readonly { readonly key: ObligationKey; readonly terms: Terms | undefined }[]): TermsOf =>
  (key) =>
    known.find((one) => sameObligation(one.key, key))?.terms ?? noRuleFits(key);

/** The terms of a request's promises, each in the versions that it was made under (R10). */
export class PinnedTerms {
  constructor(private readonly catalogue: SlaCatalogue) {}

  /** For what is still owed and only runs again: its own, whatever a merge has made of the request meanwhile. */
  async asPromised(tenantId: TenantId, { obligations }: FiledRequest): Promise<TermsOf> {
    return found(
      await Promise.all(
        obligations.filter(isOwed).map(async (obligation) => {
          const policy = await this.#policy(tenantId, obligation.policy);
          const calendar = calendarOf(obligation);
          const terms = policy && this.catalogue.termsAsPromised(tenantId, policy, calendar, budgetMsOf(obligation));
          return { key: obligation, terms: await terms };
        }),
      ),
    );
  }

  /**
   * For what is still owed when something about the request changes. A promise keeps its own severity unless that is it:
   * one that was merged into a worse request is not made worse by another language.
   * What it returns throws DomainError `conflict` when no rule fits.
   * @param asOf whose calendar versions count where a promise is pinned to none; its start when left out
   */
  afterChange(tenantId: TenantId, request: FiledRequest, changed: Changed, asOf?: Instant): Promise<TermsOf> {
    return this.#of(tenantId, request, changed, request.obligations.filter(isOwed).map(askedFor), asOf);
  }

  /** For what is promised anew when the request is reopened, and what runs again then. */
  async onReopening(tenantId: TenantId, request: FiledRequest, now: Instant): Promise<TermsOf> {
    const cycles = cyclesOnReopening(request);
    const anew = cycles.flatMap((key) => askedAnew(request, key, now));
    const ofAnew = await this.#of(tenantId, request, {}, anew);
    const asPromised = await this.asPromised(tenantId, request);
    return (key) => (cycles.some((cycle) => sameObligation(cycle, key)) ? ofAnew : asPromised)(key);
  }

  /**
   * Of one promise in the newest versions.
   * @throws DomainError `conflict` when no rule of the newest version fits
   */
  async newest(tenantId: TenantId, request: FiledRequest, obligation: Obligation, now: Instant): Promise<Terms> {
    const {
      policy: { id },
      severity,
    } = obligation;
    const published = await this.catalogue.policy(tenantId, id);
    const policy = published && inForce(id, published, now);
    return (await this.#terms(tenantId, request, { impact: severity }, policy, now)) ?? noRuleFits(obligation);
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
    return found(
      await Promise.all(
        asked.map(async ({ key, policy: pinned, severity, startTime, calendar }) => {
          const policy = await this.#policy(tenantId, pinned);
          // An imported promise may have started before its policy, and the calendars of that, were published.
          const since = policy !== undefined && policy.effectiveFrom > startTime ? policy.effectiveFrom : startTime;
          const facts = { impact: severity, ...changed };
          return { key, terms: await this.#terms(tenantId, request, facts, policy, asOf ?? since, calendar) };
        }),
      ),
    );
  }

  async #policy(tenantId: TenantId, { id, version }: Pinned): Promise<Edition<PolicyDefinition> | undefined> {
    const published = await this.catalogue.policy(tenantId, id, version);
    return published && editionOf(id, published, version);
  }

  async #terms(
    tenantId: TenantId,
    { details }: FiledRequest,
    { impact, preferredSupportLanguage: language = details.preferredSupportLanguage }: Changed & { impact: Impact },
    policy: Edition<PolicyDefinition> | undefined,
    at: Instant,
    calendar?: PinnedCalendar,
  ): Promise<Terms | undefined> {
    const { incidentType, issueClass, product, customerId } = details;
    const facts = { impact, incidentType, language, issueClass, product, customerId };
    return policy && this.catalogue.terms(tenantId, policy, facts, at, calendar);
  }
}
