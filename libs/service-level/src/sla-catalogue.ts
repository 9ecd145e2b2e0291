import { LRUCache } from 'lru-cache';
import type { Snapshot } from '#aggregates';
import { compileCalendar, type CompiledCalendar, compileContinuedCalendar, STEADY_UTC } from '#business-time';
import type { Instant, TenantId } from '#kernel';
import { BUILT_IN_CALENDARS, BUILT_IN_POLICIES } from './domain/built-in.js';
import type { CalendarDefinition } from './domain/calendar-definition.js';
import { type Edition, editionOf, inForce, type Published } from './domain/definition.js';
import { durationToMs } from './domain/duration.js';
import { firstFit, type PolicyDefinition, type RequestFacts } from './domain/policy-definition.js';
import type { EscalationStep, PinnedCalendar, Terms } from './terms.js';

/** What is built in has been in force for ever. */
const EVER = '1970-01-01T00:00:00.000Z' as Instant;

/** All versions, and the revision that a publication can be made to depend on. */
export interface Catalogued<Definition> extends Published<Definition> {
  readonly revision: bigint;
  readonly builtIn: boolean;
}

/** Of promises that were made before the zone data was updated: those of one week have the same rules. */
const MOST_CONTINUED = 200;
/** Their holidays and special dates take the room: some 20 MB. */
const MOST_CONTINUED_DATES = 200_000;

const datesIn = ({ holidays, overrides }: CalendarDefinition): number =>
  holidays.length + Object.keys(overrides).length;

const forEver = <D>(definition: D): Catalogued<D> => ({
  versions: [{ publishedAt: EVER, effectiveFrom: EVER, definition }],
  revision: 0n,
  builtIn: true,
});

const catalogued = <D>(found: Snapshot<Published<D>> | undefined): Catalogued<D> | undefined =>
  found && { ...found.state, revision: found.revision, builtIn: false };

const reaches =
  (version: number) =>
  ({ state }: Snapshot<Published<unknown>>): boolean =>
    state.versions.length >= version;

/** A miss is told to someone, also where the policy names nobody. */
const TO_SOMEONE: readonly EscalationStep[] = [{ afterMs: 0, to: 'duty-manager' }];

const stepsOf = ({ escalation }: PolicyDefinition): readonly EscalationStep[] =>
  escalation.length === 0
    ? TO_SOMEONE
    : escalation
        .map(({ after, to }) => ({ afterMs: durationToMs(after) ?? 0, to })) // PT0S is no duration above zero
        .sort((a, b) => a.afterMs - b.afterMs);

/** Where what was published is found; the stores of policies and calendars are such sources. */
export interface DefinitionSource<Definition> {
  /** @param suffices false for a snapshot that is known to be too old */
  find(
    tenantId: TenantId,
    id: string,
    suffices: (snapshot: Snapshot<Published<Definition>>) => boolean,
  ): Promise<Snapshot<Published<Definition>> | undefined>;
}

/** Policies and calendars in every version that was ever published, built-in ones included. */
export class SlaCatalogue {
  readonly #compiled = new WeakMap<CalendarDefinition, CompiledCalendar>();
  readonly #continued = new LRUCache<string, CompiledCalendar>({
    max: MOST_CONTINUED,
    maxSize: MOST_CONTINUED_DATES,
  });
  readonly #builtInPolicies = new Map([...BUILT_IN_POLICIES].map(([id, policy]) => [id, forEver(policy)]));
  readonly #builtInCalendars = new Map([...BUILT_IN_CALENDARS].map(([id, calendar]) => [id, forEver(calendar)]));

  constructor(
    private readonly policies: DefinitionSource<PolicyDefinition>,
    private readonly calendars: DefinitionSource<CalendarDefinition>,
    /** Version of the time zone data of this process; stamped on each promise. */
    readonly tzdata: string,
    private readonly compile: (calendar: CalendarDefinition) => CompiledCalendar = compileCalendar,
  ) {}

  /**
   * Every version of a policy; undefined when there is none.
   * @param version one that is known to exist: what another process published just now is not missed
   */
  async policy(tenantId: TenantId, id: string, version = 1): Promise<Catalogued<PolicyDefinition> | undefined> {
    return this.#builtInPolicies.get(id) ?? catalogued(await this.policies.find(tenantId, id, reaches(version)));
  }

  /** Every version of a calendar; as for policies. */
  async calendar(tenantId: TenantId, id: string, version = 1): Promise<Catalogued<CalendarDefinition> | undefined> {
    return this.#builtInCalendars.get(id) ?? catalogued(await this.calendars.find(tenantId, id, reaches(version)));
  }

  /** The calendars in force at an instant, by id; undefined where there is none. */
  async calendarsAt(
    tenantId: TenantId,
    ids: Iterable<string>,
    at: Instant,
  ): Promise<ReadonlyMap<string, CalendarDefinition | undefined>> {
    const found = new Map<string, CalendarDefinition | undefined>();
    for (const id of new Set(ids)) found.set(id, (await this.#calendarAt(tenantId, id, at))?.definition);
    return found;
  }

  /**
   * The calendar that a deadline from an instant on would be computed with: the version in force then. For an instant
   * before there was any, the newest: who asks has no older one in mind.
   */
  async calendarFrom(tenantId: TenantId, id: string, at: Instant): Promise<Edition<CalendarDefinition> | undefined> {
    const published = await this.calendar(tenantId, id);
    const then = published && inForce(id, published, at);
    return then !== undefined && then.effectiveFrom <= at ? then : published && editionOf(id, published);
  }

  /**
   * What a request is promised under a policy.
   * @param at the instant whose calendar versions count: when the obligation started (R10)
   * @param pinned the calendar that it was promised on already: its version and zone rules count before the instant's
   * @returns undefined when no rule of the policy fits
   */
  async terms(
    tenantId: TenantId,
    policy: Edition<PolicyDefinition>,
    facts: RequestFacts,
    at: Instant,
    pinned?: PinnedCalendar,
  ): Promise<Terms | undefined> {
    const { definition, id, version } = policy;
    const rule = firstFit(definition, facts);
    if (rule === undefined) return undefined;
    const known = pinned?.id === rule.calendarId ? pinned : undefined;
    const calendar = await this.#calendarAt(tenantId, rule.calendarId, at, known?.version);
    const budgetMs = durationToMs(rule.budget);
    if (calendar === undefined || budgetMs === undefined)
      throw new Error(`Policy ${id} version ${version} was published with a rule that cannot be computed.`);
    return this.#termsOn(tenantId, policy, budgetMs, calendar, known);
  }

  /** What a promise was made on: its own budget and calendar, whichever rule would fit its request by now. */
  async termsAsPromised(
    tenantId: TenantId,
    policy: Edition<PolicyDefinition>,
    pinned: PinnedCalendar,
    budgetMs: number,
  ): Promise<Terms> {
    const calendar = await this.#pinnedCalendar(tenantId, pinned);
    if (calendar === undefined)
      throw new Error(`Calendar ${pinned.id} version ${pinned.version} was promised on, but is not there.`);
    return this.#termsOn(tenantId, policy, budgetMs, calendar, pinned);
  }

  /** A version of a calendar, made ready for counting; undefined when there is none. */
  async openHours(tenantId: TenantId, pinned: PinnedCalendar): Promise<CompiledCalendar | undefined> {
    const edition = await this.#pinnedCalendar(tenantId, pinned);
    return edition && this.#openHours(tenantId, edition, pinned);
  }

  #termsOn(
    tenantId: TenantId,
    { definition, id, version }: Edition<PolicyDefinition>,
    budgetMs: number,
    calendar: Edition<CalendarDefinition>,
    pinned: PinnedCalendar | undefined,
  ): Terms {
    return {
      obligation: definition.obligation,
      severityChange: definition.severityChange,
      budgetMs,
      policy: { id, version },
      calendar: { id: calendar.id, version: calendar.version, openHours: this.#openHours(tenantId, calendar, pinned) },
      tzdata: pinned?.tzdata ?? this.tzdata,
      pausesOn: definition.pausesOn,
      warnings: [...definition.warnings].sort((a, b) => a - b),
      escalation: stepsOf(definition),
    };
  }

  async #pinnedCalendar(
    tenantId: TenantId,
    { id, version }: PinnedCalendar,
  ): Promise<Edition<CalendarDefinition> | undefined> {
    const published = await this.calendar(tenantId, id, version);
    return published && editionOf(id, published, version);
  }

  async #calendarAt(
    tenantId: TenantId,
    id: string,
    at: Instant,
    version?: number,
  ): Promise<Edition<CalendarDefinition> | undefined> {
    const published = await this.calendar(tenantId, id, version);
    if (published === undefined) return undefined;
    return version === undefined ? inForce(id, published, at) : editionOf(id, published, version);
  }

  /** On the zone data of this machine, unless the promise was made on another version of it. */
  #openHours(
    tenantId: TenantId,
    { id, version, definition }: Edition<CalendarDefinition>,
    pinned?: PinnedCalendar,
  ): CompiledCalendar {
    const rules = pinned === undefined || pinned.tzdata === this.tzdata ? null : pinned.zoneRules;
    if (rules === null || rules === STEADY_UTC) return this.compiled(definition);
    const name = JSON.stringify([tenantId, id, version, rules]);
    const known = this.#continued.get(name);
    if (known !== undefined) return known;
    const continued = compileContinuedCalendar(definition, rules);
    this.#continued.set(name, continued, { size: 1 + datesIn(definition) });
    return continued;
  }

  /** A calendar on the zone data of this machine, made ready for counting once. */
  compiled(definition: CalendarDefinition): CompiledCalendar {
    const known = this.#compiled.get(definition);
    if (known !== undefined) return known;
    const compiled = this.compile(definition);
    this.#compiled.set(definition, compiled);
    return compiled;
  }
}
