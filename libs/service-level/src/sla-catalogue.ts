import type { AggregateStore } from '#aggregates';
import { compileCalendar, type CompiledCalendar } from '#business-time';
import type { Instant, TenantId } from '#kernel';
import { BUILT_IN_CALENDARS, BUILT_IN_POLICIES, BUILT_IN_VERSION } from './domain/built-in.js';
import type { CalendarDefinition } from './domain/calendar-definition.js';
import type { Published } from './domain/definition.js';
import { durationToMs } from './domain/duration.js';
import { firstFit, type PolicyDefinition, type RequestFacts } from './domain/policy-definition.js';
import type { CalendarPublished, PolicyPublished } from './domain/service-level.events.js';
import type { Pinned, Terms } from './terms.js';

export interface Edition<Definition> extends Pinned {
  readonly definition: Definition;
}

const builtIn = <D>(definitions: ReadonlyMap<string, D>, id: string): Edition<D> | undefined => {
  const definition = definitions.get(id);
  return definition && { id, version: BUILT_IN_VERSION, definition };
};

const newest = <D>(id: string, { versions }: Published<D>, at?: Instant): Edition<D> | undefined => {
  const known = at === undefined ? versions : versions.filter(({ publishedAt }) => publishedAt <= at);
  const found = known.at(-1) ?? versions[0];
  return found && { id, version: Math.max(known.length, 1), definition: found.definition };
};

/** Policies and calendars in every version that was ever published, built-in ones included. */
export class SlaCatalogue {
  readonly #compiled = new WeakMap<CalendarDefinition, CompiledCalendar>();

  constructor(
    private readonly policies: AggregateStore<Published<PolicyDefinition>, PolicyPublished>,
    private readonly calendars: AggregateStore<Published<CalendarDefinition>, CalendarPublished>,
    /** Version of the time zone data of this process; stamped on each promise. */
    private readonly tzdata: string,
  ) {}

  /** The newest version, or the one asked for; undefined when there is none. */
  async policy(tenantId: TenantId, id: string, version?: number): Promise<Edition<PolicyDefinition> | undefined> {
    const given = builtIn(BUILT_IN_POLICIES, id);
    if (given !== undefined) return given;
    const found = await this.policies.find(tenantId, id);
    if (found === undefined) return undefined;
    if (version === undefined) return newest(id, found.state);
    const definition = found.state.versions[version - 1]?.definition;
    return definition && { id, version, definition };
  }

  /** The version that was in force at an instant; the first one when none was published by then. */
  async calendar(tenantId: TenantId, id: string, at?: Instant): Promise<Edition<CalendarDefinition> | undefined> {
    const given = builtIn(BUILT_IN_CALENDARS, id);
    if (given !== undefined) return given;
    const found = await this.calendars.find(tenantId, id);
    return found && newest(id, found.state, at);
  }

  /**
   * What a request is promised under a policy.
   * @param at the instant whose calendar versions count: when the obligation started (R10)
   * @returns undefined when no rule of the policy fits
   */
  async terms(
    tenantId: TenantId,
    policy: Edition<PolicyDefinition>,
    facts: RequestFacts,
    at: Instant,
  ): Promise<Terms | undefined> {
    const { definition, id, version } = policy;
    const rule = firstFit(definition, facts);
    if (rule === undefined) return undefined;
    const calendar = await this.calendar(tenantId, rule.calendarId, at);
    const budgetMs = durationToMs(rule.budget);
    if (calendar === undefined || budgetMs === undefined)
      throw new Error(`Policy ${id} version ${version} was published with a rule that cannot be computed.`);
    return {
      obligation: definition.obligation,
      severityChange: definition.severityChange,
      budgetMs,
      policy: { id, version },
      calendar: { id: calendar.id, version: calendar.version, openHours: this.#openHours(calendar.definition) },
      tzdata: this.tzdata,
      escalateTo: definition.escalation[0]?.to ?? 'duty-manager',
    };
  }

  #openHours(definition: CalendarDefinition): CompiledCalendar {
    const known = this.#compiled.get(definition);
    if (known !== undefined) return known;
    const compiled = compileCalendar(definition);
    this.#compiled.set(definition, compiled);
    return compiled;
  }
}
