import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, Position, RecordedEvent } from '#event-store';
import type { Timer, TimerQueue } from '#job-queue';
import {
  type Clock,
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  derivedUuid,
  type Instant,
  instantFromMs,
  instantToMs,
  newUuid,
  type RequestId,
  type TenantId,
} from '#kernel';
import type { ObligationKind } from '#service-level';
import { EscalateIfOverdueCommand } from '../commands/escalate-if-overdue/escalate-if-overdue.command.js';
import type { ServiceRequestEvent } from '../domain/service-request.events.js';
import type { ServiceRequestQueries } from '../read-models/service-request.queries.js';
import { serviceRequestType } from '../service-request.type.js';

/** Only deadlines this near are armed: a reminder costs Redis about a kilobyte, and most promises are kept before. */
export const HORIZON_MS = 10 * 60_000;
/** Well below the horizon, so that each deadline is armed in time by one sweep, and again by the next. */
export const SWEEP_EVERY_MS = 30_000;
const PAGE = 1_000;
/** Deadlines promised closely one after the other are armed together. */
const LINGER_MS = 25;

interface Deadline {
  readonly tenantId: TenantId;
  readonly requestId: RequestId;
  readonly kind: ObligationKind;
  readonly cycle: number;
  readonly revision: number;
  readonly dueAt: Instant;
}

/** One timer a deadline revision; one millisecond after due, because a response at due is still in time (R6). */
const timerOf = ({ dueAt, ...deadline }: Deadline): Timer => {
  const { tenantId, requestId, kind, cycle, revision } = deadline;
  return {
    id: `${tenantId}.${requestId}.${kind}.${cycle}.r${revision}`,
    dueAt: instantFromMs(instantToMs(dueAt) + 1),
    payload: deadline,
  };
};

const deadlineOf = (recorded: RecordedEvent): Deadline | undefined => {
  const event: ServiceRequestEvent = serviceRequestType.codec.decode(recorded);
  if (event.type !== 'FirstResponseDue' && event.type !== 'NextResponseDue') return undefined;
  const { requestId, kind, cycle, revision, serviceLevelAgreement } = event.data;
  const dueAt = serviceLevelAgreement.expirationTime;
  return dueAt === null ? undefined : { tenantId: recorded.meta.tenantId, requestId, kind, cycle, revision, dueAt };
};

/** What a fired timer asks. Asking again is harmless, so its command needs no key. */
export const askIfOverdue = ({ payload, id }: Timer): EscalateIfOverdueCommand => {
  const { tenantId, requestId, kind, cycle } = payload as unknown as Deadline; // what `timerOf` put there
  const meta: CommandMeta = {
    commandId: newUuid() as CommandId,
    correlationId: derivedUuid('timer', id) as CorrelationId,
    causationId: id,
    tenantId,
    actor: { id: 'sla-worker', role: 'system', kind: 'system' },
  };
  return new EscalateIfOverdueCommand(requestId, { obligation: { kind, cycle } }, meta);
};

/** An event of a newer version stops the read model, which tells; the timers of all the others must go on. */
const understood = (event: RecordedEvent, onRefused: (error: unknown) => void): Deadline | undefined => {
  try {
    return deadlineOf(event);
  } catch (error) {
    onRefused(error);
    return undefined;
  }
};

/**
 * Arms reminders for deadlines within the horizon: new ones as they are promised, all others by sweeps over the
 * deadlines still owed. Whatever the queue lost, the next sweep arms again (G2, G3).
 */
export class DeadlineTimers {
  constructor(
    private readonly events: EventStore,
    private readonly queries: ServiceRequestQueries,
    private readonly queue: TimerQueue,
    private readonly clock: Clock,
  ) {}

  /**
   * Arms everything owed within the horizon, overdue ones included.
   * @returns how many deadlines it looked at
   */
  async sweep(): Promise<number> {
    const horizon = this.#horizon();
    let swept = 0;
    let after: { at: string; id: string } | undefined;
    for (;;) {
      const rows = await this.queries.owedBy(horizon, PAGE, after);
      const timers = rows.map((row) =>
        timerOf({
          tenantId: row.tenant as TenantId,
          requestId: row.request_id as RequestId,
          kind: row.kind as ObligationKind,
          cycle: row.cycle,
          revision: row.revision,
          dueAt: row.due_at as Instant,
        }),
      );
      if (timers.length > 0) await this.queue.arm(timers);
      swept += rows.length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return swept;
      after = { at: last.due_at ?? '', id: last.request_id };
    }
  }

  /** Arms near deadlines as they are promised, from a position on, until aborted. What the queue refuses waits for a sweep. */
  async follow(after: Position | undefined, signal: AbortSignal, onRefused: (error: unknown) => void): Promise<void> {
    const types: readonly ServiceRequestEvent['type'][] = ['FirstResponseDue', 'NextResponseDue'];
    for await (const { events } of this.events.subscribe({
      ...(after === undefined ? {} : { after }),
      types,
      signal,
    })) {
      const horizon = this.#horizon();
      const near = events
        .map((event) => understood(event, onRefused))
        .filter((deadline): deadline is Deadline => deadline !== undefined && deadline.dueAt <= horizon);
      if (near.length > 0) await this.queue.arm(near.map(timerOf)).catch(onRefused);
      await delay(LINGER_MS, undefined, { signal }).catch((aborted: unknown) => aborted);
    }
  }

  #horizon(): Instant {
    return instantFromMs(instantToMs(this.clock.now()) + HORIZON_MS);
  }
}
