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
import { CheckDeadlineCommand } from '../commands/check-deadline/check-deadline.command.js';
import { checksOf } from '../domain/check-deadline.js';
import { type Obligation, promised } from '../domain/obligation.state.js';
import type { PromiseDue, ServiceRequestEvent } from '../domain/service-request.events.js';
import type { CheckKey, CheckRow } from '../read-models/service-request.queries.js';
import { serviceRequestType } from '../service-request.type.js';

/** Only deadlines this near are armed: a reminder costs Redis about a kilobyte, and most promises are kept before. */
export const HORIZON_MS = 10 * 60_000;
/** Well below the horizon, so that each deadline is armed in time by one sweep, and again by the next. */
export const SWEEP_EVERY_MS = 30_000;
const PAGE = 1_000;
/** Deadlines promised closely one after the other are armed together. */
const LINGER_MS = 25;

/** The events that set a deadline. */
const TYPES: readonly PromiseDue['type'][] = ['FirstResponseDue', 'NextResponseDue', 'ResolutionDue'];

/** Where sweeps read what is owed: the read model, or what a simulation keeps. */
export interface OwedPromises {
  /** A page of the promises that are to be asked about up to an instant, soonest first. */
  toCheck(horizon: Instant, limit: number, after?: CheckKey): Promise<readonly CheckRow[]>;
}

/** What a timer asks about. */
interface Question {
  readonly tenantId: TenantId;
  readonly requestId: RequestId;
  readonly kind: ObligationKind;
  readonly cycle: number;
}

interface Owed {
  readonly tenantId: TenantId;
  readonly requestId: RequestId;
  readonly obligation: Obligation;
}

/** One timer an instant of a deadline revision; of those past one, because one asks for all. */
const timersOf = ({ tenantId, requestId, obligation }: Owed, now: Instant, horizon: Instant): readonly Timer[] => {
  const { kind, cycle, revision } = obligation;
  const payload: Question & Timer['payload'] = { tenantId, requestId, kind, cycle };
  const checks = checksOf(obligation, false);
  const past = checks.filter((at) => at <= now).slice(-1);
  const near = checks.filter((at) => at > now && at <= horizon);
  return [...past, ...near].map((at) => ({
    id: `${tenantId}.${requestId}.${kind}.${cycle}.r${revision}.${instantToMs(at)}`,
    dueAt: at,
    payload,
  }));
};

const owedBy = (recorded: RecordedEvent): Owed | undefined => {
  const event: ServiceRequestEvent = serviceRequestType.codec.decode(recorded);
  if (event.type !== 'FirstResponseDue' && event.type !== 'NextResponseDue' && event.type !== 'ResolutionDue')
    return undefined;
  const [obligation] = promised([], event.data);
  return obligation && { tenantId: recorded.meta.tenantId, requestId: event.data.requestId, obligation };
};

/** What a fired timer asks. Asking again is harmless, so its command needs no key. */
export const askAboutDeadline = ({ payload, id }: Timer): CheckDeadlineCommand => {
  const { tenantId, requestId, kind, cycle } = payload as unknown as Question; // what `timersOf` put there
  const meta: CommandMeta = {
    commandId: newUuid() as CommandId,
    correlationId: derivedUuid('timer', id) as CorrelationId,
    causationId: id,
    tenantId,
    actor: { id: 'sla-worker', role: 'system', kind: 'system' },
  };
  return new CheckDeadlineCommand(requestId, { obligation: { kind, cycle } }, meta);
};

/** An event of a newer version stops the read model, which tells; the timers of all the others must go on. */
const understood = (event: RecordedEvent, onRefused: (error: unknown) => void): Owed | undefined => {
  try {
    return owedBy(event);
  } catch (error) {
    onRefused(error);
    return undefined;
  }
};

/**
 * Arms reminders for what is to be asked within the horizon: warnings, deadlines and steps of escalation. New ones as
 * they are promised, all others by sweeps over what is owed. Whatever the queue lost, the next sweep arms again (G2, G3).
 */
export class DeadlineTimers {
  constructor(
    private readonly events: EventStore,
    private readonly owed: OwedPromises,
    private readonly queue: TimerQueue,
    private readonly clock: Clock,
  ) {}

  /**
   * Arms everything to be asked within the horizon, what is overdue included. While the queue refuses, what is due is
   * asked here and now: a missed promise waits for the next sweep, not for the queue.
   *
   * @param ask what a fired timer does
   * @returns how many obligations it looked at, and why the queue refused, if it did
   */
  async sweep(ask: (timer: Timer) => Promise<void>): Promise<{ readonly swept: number; readonly refusal?: unknown }> {
    const now = this.clock.now();
    const horizon = horizonOf(now);
    let swept = 0;
    let outcome: { readonly refusal?: unknown } = {};
    let after: CheckKey | undefined;
    for (;;) {
      const rows = await this.owed.toCheck(horizon, PAGE, after);
      const timers = rows.flatMap((row) => timersOf(owedIn(row), now, horizon));
      if (timers.length > 0 && !('refusal' in outcome)) outcome = await this.#arm(timers);
      if ('refusal' in outcome) for (const timer of timers) if (timer.dueAt <= now) await ask(timer);
      swept += rows.length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return { swept, ...outcome };
      after = last;
    }
  }

  /** Arms near deadlines as they are promised, from a position on, until aborted. What the queue refuses waits for a sweep. */
  async follow(after: Position | undefined, signal: AbortSignal, onRefused: (error: unknown) => void): Promise<void> {
    for await (const { events } of this.events.subscribe({
      ...(after === undefined ? {} : { after }),
      types: TYPES,
      signal,
    })) {
      const now = this.clock.now();
      const timers = events.flatMap((event) => {
        const owed = understood(event, onRefused);
        return owed === undefined ? [] : timersOf(owed, now, horizonOf(now));
      });
      if (timers.length > 0) await this.queue.arm(timers).catch(onRefused);
      await delay(LINGER_MS, undefined, { signal }).catch((aborted: unknown) => aborted);
    }
  }

  async #arm(timers: readonly Timer[]): Promise<{ readonly refusal?: unknown }> {
    try {
      await this.queue.arm(timers);
      return {};
    } catch (refusal) {
      return { refusal };
    }
  }
}

const horizonOf = (now: Instant): Instant => instantFromMs(instantToMs(now) + HORIZON_MS);

const owedIn = ({ tenant, request_id, obligation }: CheckRow): Owed => ({
  tenantId: tenant as TenantId,
  requestId: request_id as RequestId,
  obligation: JSON.parse(obligation) as Obligation,
});
