import { setTimeout as delay } from 'node:timers/promises';
import {
  comparePositions,
  type EventStore,
  type Position,
  type RecordedEvent,
  type SubscriptionBatch,
} from '#event-store';
import type { Follower } from '#following';
import type { Timer, TimerQueue } from '#job-queue';
import { type Clock, type Instant, instantFromMs, instantToMs } from '#kernel';
import type { CheckKey, CheckRow } from '../read-models/service-request.queries.js';
import { owedIn, type Reach, timersOf } from './deadline-timer.js';
import { FOLLOWED, timersBroughtBy } from './followed-events.js';

/** Only deadlines this near are armed: a reminder costs Redis about a kilobyte, and most promises are kept before. */
export const HORIZON_MS = 10 * 60_000;
/** Well below the horizon, so that each deadline is armed in time by one sweep, and again by the next. */
export const SWEEP_EVERY_MS = 30_000;
/** What is due before the sweep after the next is armed whatever else there is. */
const SOON_MS = 2 * SWEEP_EVERY_MS;
/**
 * How many timers a sweep keeps armed, the soonest first: more than fire until the next one. As many again may stand
 * beside them that nobody owes any more; beyond that only what is due soon is armed.
 */
const MOST_ARMED = 100_000;
/** When a sweep does not come to its end, or had to ask itself, the next one follows; but the timers need time too. */
const LEAST_PAUSE_MS = 5_000;
const PAGE = 1_000;
/** What is armed and overdue for so long is not run: the queue is behind, or its clock was set back. Then sweeps ask too. */
const STUCK_MS = 10_000;
/** Questions that a sweep asks at the same time: their answers share a commit. */
const ASKED_AT_ONCE = 64;
/** Deadlines promised closely one after the other are armed together. */
const LINGER_MS = 25;

/** Where sweeps read what is owed: the read model, or what a simulation keeps. */
export interface OwedPromises {
  /** A page of the promises that are to be asked about up to an instant, soonest first. */
  toCheck(horizon: Instant, limit: number, after?: CheckKey): Promise<readonly CheckRow[]>;
  /** The last event that each request's rows have seen. Absent: drift is not told. */
  lastChanges?(requestIds: readonly string[]): Promise<ReadonlyMap<string, Position>>;
}

/** What one sweep found. */
export interface Sweep {
  readonly at: Instant;
  /** Promises that it looked at. */
  readonly swept: number;
  /** Timers that it armed: newly come into reach, or lost. */
  readonly armed: number;
  /** Those of them that had been armed, or were to be, before this sweep and are ahead still: nothing but a loss explains them. */
  readonly drift: number;
  /** False when more is near than it arms: then the rest is armed by the next ones, before it is due. */
  readonly complete: boolean;
  /** When the next sweep is to begin. */
  readonly nextInMs: number;
  /** Overdue ones that it asked about itself, because the queue refuses or does not run them. */
  readonly asked: number;
  /** Why the queue refused, if it did. */
  readonly refusal?: unknown;
}

type Ask = (timer: Timer) => Promise<unknown>;

/** A sweep so far; `counted` are the timers that are owed, armed or not. */
type Tally = { swept: number; counted: number; armed: number; drift: number; asked: number; refusal?: unknown };

const later = (at: Instant, ms: number): Instant => instantFromMs(instantToMs(at) + ms);
const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);
const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));

/**
 * Keeps reminders armed for what is to be asked: warnings, deadlines and steps of escalation. One comparison of what is
 * owed with what is armed does it at the start, every half a minute and after a loss (G2, G3); in between new instants
 * are armed as they are recorded.
 */
export class DeadlineTimers {
  /** How far ahead the last sweep came; less than the horizon when very much is due soon. */
  #reachMs = HORIZON_MS;
  /** Timers that may still be armed until the next sweep counts again. */
  #room: number;
  /** All that is owed up to here was armed, or is followed; undefined when nobody knows. */
  #covered: Instant | undefined;
  /** The last event that was followed. */
  #followed: Position | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly owed: OwedPromises,
    private readonly queue: TimerQueue,
    private readonly clock: Clock,
    private readonly mostArmed = MOST_ARMED,
  ) {
    this.#room = mostArmed;
  }

  /**
   * Arms what is missing of all that is to be asked soon, what is overdue included. What is due while the queue
   * refuses, or overdue and not run by it, is asked here and now: a missed promise waits for a sweep, not for the queue.
   *
   * @param ask what a fired timer does; one that rejects ends the sweep
   * @param signal ends it after the questions that are under way; what it did not come to is left to the next one
   */
  async sweep(ask: Ask, signal?: AbortSignal): Promise<Sweep> {
    const now = this.clock.now();
    const tally: Tally = { swept: 0, counted: 0, armed: 0, drift: 0, asked: 0 };
    const horizon = later(now, (await this.#isCrowded(tally)) ? SOON_MS : HORIZON_MS);
    const reach: Reach = { now, all: earliest(horizon, later(now, this.#reachMs)), next: horizon };
    let last: CheckRow | undefined;
    let complete = false;
    while (!complete && tally.counted < this.mostArmed && signal?.aborted !== true) {
      const rows: readonly CheckRow[] = await this.owed.toCheck(horizon, PAGE, last);
      const timers = rows.flatMap((row) => timersOf(owedIn(row), reach));
      await this.#reconcile(timers, now, tally, { ask, signal });
      tally.swept += rows.length;
      tally.counted += timers.length;
      last = rows.at(-1) ?? last;
      complete = rows.length < PAGE;
    }
    return this.#conclude(reach, tally, complete ? undefined : (last?.check_at ?? now));
  }

  /** Arms near deadlines as they are promised, from a position on. What the queue refuses waits for a sweep. */
  follower(after: Position | undefined, onRefused: (error: unknown) => void): Follower {
    this.#followed = after;
    const handle = async ({ events, position }: SubscriptionBatch, signal: AbortSignal): Promise<void> => {
      await this.arm(events, onRefused);
      this.#followed = position;
      await delay(LINGER_MS, undefined, { signal }).catch((aborted: unknown) => aborted);
    };
    return { name: 'arm-timers', after, types: FOLLOWED, handle };
  }

  /** Arms the near instants that events have brought; events of other types bring none. */
  async arm(events: readonly RecordedEvent[], onRefused: (error: unknown) => void): Promise<void> {
    const now = this.clock.now();
    const all = later(now, this.#room > 0 ? this.#reachMs : SOON_MS);
    // An event of a newer version stops the read model, which tells; the timers of all the others must go on.
    const timers = await timersBroughtBy(events, { now, all, next: all }, this.events, onRefused);
    if (timers.length === 0) return;
    this.#take(timers.length, now);
    await this.queue.arm(timers).catch(onRefused);
  }

  /** What was answered stays armed until it fires: with very much of that, only what is due soon finds room. */
  async #isCrowded(tally: Tally): Promise<boolean> {
    try {
      return (await this.queue.armedCount()) >= 2 * this.mostArmed;
    } catch (refusal) {
      tally.refusal = refusal;
      return false;
    }
  }

  async #reconcile(
    timers: readonly Timer[],
    now: Instant,
    tally: Tally,
    { ask, signal }: { readonly ask: Ask; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    const armedNow = 'refusal' in tally ? undefined : await this.#armMissing(timers, now, tally);
    const stuckSince = later(now, -STUCK_MS);
    const due = timers.filter(({ id, dueAt }) =>
      armedNow === undefined ? dueAt <= now : dueAt <= stuckSince && !armedNow.has(id),
    );
    for (let from = 0; from < due.length && signal?.aborted !== true; from += ASKED_AT_ONCE) {
      const some = due.slice(from, from + ASKED_AT_ONCE);
      tally.asked += some.length;
      await Promise.all(some.map(ask));
    }
  }

  /** @returns the ids that were missing; undefined when the queue refused */
  async #armMissing(timers: readonly Timer[], now: Instant, tally: Tally): Promise<ReadonlySet<string> | undefined> {
    if (timers.length === 0) return new Set();
    let missing: readonly Timer[];
    try {
      const ids = new Set(await this.queue.missing(timers.map(({ id }) => id)));
      missing = timers.filter(({ id }) => ids.has(id));
      if (missing.length > 0) await this.queue.arm(missing);
    } catch (refusal) {
      tally.refusal = refusal;
      return undefined;
    }
    tally.armed += missing.length;
    tally.drift += await this.#driftOf(missing, now);
    return new Set(missing.map(({ id }) => id));
  }

  /** One that is past may just have fired; one of a promise that rows know and followers do not yet was never armed. */
  async #driftOf(missing: readonly Timer[], now: Instant): Promise<number> {
    const covered = this.#covered;
    if (covered === undefined || this.owed.lastChanges === undefined) return 0;
    const lost = missing
      .filter(({ dueAt }) => dueAt > now && dueAt < covered)
      .map(({ payload }) => payload['requestId']);
    const requests = lost.filter((id) => typeof id === 'string');
    if (requests.length === 0) return 0;
    const changes = await this.owed.lastChanges(requests);
    return requests.filter((id) => {
      const change = changes.get(id);
      return change !== undefined && comparePositions(change, this.#followed) <= 0;
    }).length;
  }

  /** @param cutAt where it stopped because enough was armed, or because it was told to */
  #conclude({ now, all, next }: Reach, tally: Tally, cutAt: string | undefined): Sweep {
    const { counted, ...found } = tally;
    const complete = cutAt === undefined;
    const end = complete ? next : (cutAt as Instant); // as the read model keeps it
    const aheadMs = instantToMs(end) - instantToMs(now);
    this.#reachMs = between(SOON_MS, aheadMs, HORIZON_MS);
    this.#covered = 'refusal' in tally ? undefined : earliest(all, end);
    this.#room = this.mostArmed;
    this.#take(counted, now);
    const nextInMs = tally.asked > 0 ? LEAST_PAUSE_MS : between(LEAST_PAUSE_MS, aheadMs / 2, SWEEP_EVERY_MS);
    return { at: now, ...found, complete: complete && aheadMs >= HORIZON_MS, nextInMs };
  }

  /** Without room only what is due soon is armed as it is promised. */
  #take(timers: number, now: Instant): void {
    this.#room -= timers;
    if (this.#room <= 0 && this.#covered !== undefined) this.#covered = earliest(this.#covered, later(now, SOON_MS));
  }
}
