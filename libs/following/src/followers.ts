import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventStore, Position, SubscriptionBatch, SubscriptionHealth } from '#event-store';
import type { Clock, Instant } from '#kernel';

/** How long a failure is waited out before the next try: twice as long each time, until something succeeds. */
interface Patience {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Waits, but not beyond the signal; it may end sooner when there is a reason to try at once. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const PATIENCE: Patience = {
  firstMs: 1_000,
  longestMs: 60_000,
  pause: (ms, signal) => delay(ms, undefined, { signal }).catch((aborted: unknown) => aborted),
};

/** What follows the store, by the name that logs, health and metrics call it. */
export interface Follower {
  readonly name: string;
  /** Exclusive; absent: from the start. */
  readonly after?: Position | undefined;
  /** Only these event types. */
  readonly types: readonly string[];
  /**
   * Awaited, if it is a promise. What fails is handed over again, perhaps with more behind it: half a batch twice must
   * come to the same as once.
   */
  readonly handle: (batch: SubscriptionBatch, signal: AbortSignal) => unknown;
}

export interface Supervision {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly patience?: Partial<Patience>;
  /** Told of each failure, and awaited, before that is waited out; does not fail itself. */
  readonly onFailure?: (error: unknown) => unknown;
}

export interface FollowerState {
  readonly name: string;
  readonly state: 'following' | 'failing' | 'ended';
  readonly since: Instant;
}

/** Begins again what fails and is to go on, and knows how each of them does. */
export class Followers {
  readonly #states = new Map<string, FollowerState>();

  /** @param onChange told of each new state */
  constructor(
    private readonly clock: Clock,
    private readonly log: Pick<Logger, 'error'>,
    private readonly onChange: (state: FollowerState) => void = () => undefined,
    private readonly patience: Partial<Patience> = {},
  ) {}

  /** How each does, by name. */
  get states(): readonly FollowerState[] {
    return [...this.#states.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Takes note of one that another thread keeps. */
  note(state: FollowerState): void {
    this.#states.set(state.name, state);
    this.onChange(state);
  }

  /**
   * Hands over what the store records, until aborted or the store is closed; then it resolves, and it never rejects.
   * After a failure it goes on after the last batch that was handled.
   */
  follow(events: EventStore, { name, after, types, handle }: Follower, supervision: Supervision): Promise<void> {
    const { signal } = supervision;
    let reached = after;
    const begin = async (wentWell: () => void): Promise<void> => {
      const onHealth = (health: SubscriptionHealth): void => {
        if (health.state === 'broken' && this.#states.get(name)?.state === 'following')
          this.log.error(
            { err: new Error(health.reason), follower: name },
            `${name} lost its feed; it goes on when that is back`,
          );
        this.#become(name, health.state === 'live' ? 'following' : 'failing');
      };
      for await (const batch of events.subscribe({ after: reached, types, signal, onHealth })) {
        await handle(batch, signal);
        reached = batch.position;
        wentWell();
      }
    };
    return this.keep(name, begin, supervision);
  }

  /**
   * Does work that is not to end until aborted: what throws is begun again, ever more seldom; what returns has ended,
   * as a subscription does with its store. Never rejects.
   * @param work calls back when something succeeded: it does well again
   */
  async keep(
    name: string,
    work: (wentWell: () => void) => Promise<void>,
    { signal, patience, onFailure }: Supervision,
  ): Promise<void> {
    const { firstMs, longestMs, pause } = { ...PATIENCE, ...this.patience, ...patience };
    let retryMs = firstMs;
    const isOver = (): boolean => signal.aborted;
    const wentWell = (): void => {
      retryMs = firstMs;
      this.#become(name, 'following');
    };
    this.#become(name, 'following');
    while (!isOver()) {
      try {
        await work(wentWell);
        break;
      } catch (error) {
        await onFailure?.(error);
        if (isOver()) break;
        this.#become(name, 'failing');
        this.log.error({ err: error, follower: name }, `${name} failed; it is begun again within ${retryMs / 1_000} s`);
        // Those who fail for one reason do not all come back at the same instant.
        await pause(retryMs / 2 + randomInt(Math.floor(retryMs / 2) + 1), signal);
        retryMs = Math.min(2 * retryMs, longestMs);
      }
    }
    this.#become(name, 'ended');
  }

  #become(name: string, state: FollowerState['state']): void {
    if (this.#states.get(name)?.state !== state) this.note({ name, state, since: this.clock.now() });
  }
}
