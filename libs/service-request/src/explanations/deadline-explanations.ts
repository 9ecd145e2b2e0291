import { setImmediate as breathe } from 'node:timers/promises';
import { hadNoEffect } from '#aggregates';
import { compileCalendar, compilePinnedCalendar } from '#business-time';
import { type EventStore, StreamNotFoundError } from '#event-store';
import { DomainError, type RequestId, type TenantId } from '#kernel';
import { type CalendarDefinition, editionOf, type SlaCatalogue } from '#service-level';
import { type DeadlineOrigin, type HistoryEvent, type Life, lifeOf, originOf } from '../domain/deadline-origin.js';
import { type Calendars, type DeadlineExplanation, explainDeadline } from '../domain/explain-deadline.js';
import { type Obligation, sameObligation } from '../domain/obligation.state.js';
import { isPromise } from '../domain/promise.js';
import { mustBeFiled, mustHave } from '../domain/refusals.js';
import type { ObligationKey, ObligationPromise } from '../domain/service-request.events.js';
import type { ServiceRequestStore } from '../service-request.store.js';
import { serviceRequestType } from '../service-request.type.js';

export interface ExplainedObligation {
  readonly obligation: Obligation;
  readonly explanation: DeadlineExplanation;
  /** That of its calendar, an IANA id. */
  readonly timeZone: string;
  /** The duplicate that brought the promise, when it was taken over in a merge. */
  readonly takenOverFrom: RequestId | undefined;
  /** Version of the time zone data of this machine. */
  readonly tzdataHere: string;
}

const dueAt = ({ serviceLevelAgreement, suspended }: ObligationPromise) =>
  serviceLevelAgreement.expirationTime ?? suspended?.dueAt;

/** One promise in the hands of two requests: all that a merge hands over unchanged. */
const isSamePromise = (a: ObligationPromise) => (b: ObligationPromise) =>
  a.kind === b.kind &&
  a.calendar.id === b.calendar.id &&
  a.calendar.version === b.calendar.version &&
  a.serviceLevelAgreement.startTime === b.serviceLevelAgreement.startTime &&
  dueAt(a) === dueAt(b) &&
  a.serviceLevelAgreement.slaMinutes === b.serviceLevelAgreement.slaMinutes;

const hereIfKnown = (definition: Parameters<typeof compileCalendar>[0]): Calendars['here'] => {
  try {
    return compileCalendar(definition);
  } catch (error) {
    if (error instanceof DomainError) return undefined; // valid when it was published: this machine lacks its zone
    throw error;
  }
};

const recordedCalendars = (definition: CalendarDefinition, { zoneRules }: ObligationPromise): Calendars => ({
  pinned: zoneRules === null ? undefined : compilePinnedCalendar(definition, zoneRules),
  here: hereIfKnown(definition),
});

/** What each of those that are left may have of the rows, so that one with few leaves the more to others. */
const shareOf = (rowsLeft: number, howMany: number): number => Math.max(0, Math.floor(rowsLeft / howMany));

/** What had happened when a deadline was set. */
const untilDeadline = (
  history: readonly HistoryEvent[],
  { kind, cycle, revision }: ObligationKey & { readonly revision: number },
): readonly HistoryEvent[] => {
  const index = history.findIndex(
    ({ event }) => isPromise(event) && sameObligation(event.data, { kind, cycle }) && event.data.revision === revision,
  );
  if (history.length > 0 && index < 0)
    throw new DomainError(
      'not-found',
      'obligation-not-found',
      `No ${kind} with cycle ${cycle} has a deadline ${revision}.`,
    );
  return history.slice(0, index + 1);
};

/** Explains recorded deadlines from the events themselves, so it is never behind. */
export class DeadlineExplanations {
  constructor(
    private readonly events: EventStore,
    private readonly requests: ServiceRequestStore,
    private readonly catalogue: SlaCatalogue,
    private readonly calendarsOf = recordedCalendars,
  ) {}

  /**
   * @param revision of the deadline, as of when it was set; without one the newest, as of now
   * @throws DomainError `not-found` when there is no such request, or it has no such obligation or deadline
   */
  async explain(
    tenantId: TenantId,
    id: RequestId,
    key: ObligationKey,
    revision?: number,
  ): Promise<ExplainedObligation> {
    const recorded = await this.#history(tenantId, id);
    const history = revision === undefined ? recorded : untilDeadline(recorded, { ...key, revision });
    const life = lifeOf(history);
    return this.#explained(tenantId, life, mustHave(mustBeFiled(life.request), key));
  }

  /**
   * The newest deadline of each promise of a request, explained between the other work of the process.
   *
   * @param maxRows how many rows they show one by one, all together; as many as there are when left out
   * @throws DomainError `not-found` when there is no such request
   */
  async explainAll(tenantId: TenantId, id: RequestId, maxRows?: number): Promise<readonly ExplainedObligation[]> {
    const life = lifeOf(await this.#history(tenantId, id));
    const { obligations } = mustBeFiled(life.request);
    const explained: ExplainedObligation[] = [];
    let rowsLeft = maxRows;
    for (const obligation of obligations) {
      const share = rowsLeft === undefined ? undefined : shareOf(rowsLeft, obligations.length - explained.length);
      const one = await this.#explained(tenantId, life, obligation, share);
      if (rowsLeft !== undefined) rowsLeft -= one.explanation.rows.length;
      explained.push(one);
      await breathe();
    }
    return explained;
  }

  async #explained(
    tenantId: TenantId,
    life: Life,
    obligation: Obligation,
    maxRows?: number,
  ): Promise<ExplainedObligation> {
    const newest = originOf(life, (promise) => sameObligation(promise, obligation));
    if (newest === undefined) throw new Error('An obligation was never promised.');
    const origin = await this.#made(tenantId, newest);
    const definition = await this.#calendar(tenantId, newest.promise);
    return {
      obligation,
      explanation: explainDeadline(obligation, origin, this.calendarsOf(definition, newest.promise), maxRows),
      timeZone: definition.timeZone,
      takenOverFrom: newest.cause.type === 'DuplicateAbsorbed' ? newest.cause.data.duplicateId : undefined,
      tzdataHere: this.catalogue.tzdata,
    };
  }

  /** Where a promise was made: a merge takes it over from a request that may have taken it over itself. */
  async #made(tenantId: TenantId, taken: DeadlineOrigin): Promise<DeadlineOrigin> {
    if (taken.cause.type !== 'DuplicateAbsorbed') return taken;
    const history = await this.#history(tenantId, taken.cause.data.duplicateId);
    const made = originOf(lifeOf(history), isSamePromise(taken.promise));
    return made === undefined ? taken : this.#made(tenantId, made);
  }

  async #history(tenantId: TenantId, id: RequestId): Promise<readonly HistoryEvent[]> {
    const recorded = await this.events.readStream(this.requests.streamOf(tenantId, id)).catch((error: unknown) => {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    });
    return recorded
      .filter((event) => !hadNoEffect(event))
      .map((event) => ({ event: serviceRequestType.codec.decode(event), commandId: event.meta.commandId }));
  }

  async #calendar(tenantId: TenantId, { calendar }: ObligationPromise): Promise<CalendarDefinition> {
    const { id, version } = calendar;
    const published = await this.catalogue.calendar(tenantId, id, version);
    const definition = published && editionOf(id, published, version)?.definition;
    if (definition === undefined)
      throw new Error(`Calendar ${id} version ${version} was promised on, but is not there.`);
    return definition;
  }
}
