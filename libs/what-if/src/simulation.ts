import { setImmediate as breathe } from 'node:timers/promises';
import type { Timer } from '#job-queue';
import { type Instant, instantFromMs, instantToMs, messageOf, type RequestId } from '#kernel';
import { HORIZON_MS } from '#service-request';
import { commandsOf } from './commands-of.js';
import type { Sandbox } from './sandbox.js';
import type { Action } from './scenario.js';
import { askAboutDeadline } from '#service-request/commands';

/** Timers settle within a few rounds of one instant; more means that one arms itself for ever. */
const MAX_ROUNDS = 1_000;

const earliest = (...instants: readonly (Instant | undefined)[]): Instant | undefined =>
  instants.reduce((least, one) => (least === undefined || (one !== undefined && one < least) ? one : least), undefined);

/** Time passes in a sandbox, from one instant at which something happens to the next. */
export class Simulation {
  #workersUp = true;
  #failure: Error | undefined;

  constructor(private readonly sandbox: Sandbox) {}

  async start(): Promise<void> {
    await this.sandbox.queue.start(this.#ask, { concurrency: 1 });
  }

  /** Runs what the timers do before an instant; with `inclusive` also what they do at it. */
  async passUntil(instant: Instant, { inclusive = false } = {}): Promise<void> {
    const { clock } = this.sandbox;
    for (let rounds = 0; this.#workersUp; rounds += 1) {
      const next = await this.#nextStir();
      if (next === undefined || next > instant || (next === instant && !inclusive)) break;
      if (next > clock.now()) rounds = 0;
      if (rounds > MAX_ROUNDS) throw new Error('The timers of a scenario do not come to rest.');
      if (next > clock.now()) clock.set(next);
      await this.#runTimers();
      await breathe();
    }
    clock.set(instant);
  }

  /** @throws DomainError what the decision refuses */
  async act(action: Action, request: RequestId, duplicate: RequestId): Promise<void> {
    if (action.do === 'workersDown') this.#workersUp = false;
    else if (action.do === 'workersUp') this.#workersUp = true;
    else if (action.do === 'timersLost') this.sandbox.queue.empty();
    else {
      const commands = commandsOf(action, await this.sandbox.request(request), duplicate, this.sandbox.meta);
      for (const command of commands) await this.sandbox.execute(command);
    }
    await this.arm();
  }

  /** Arms what is near, as the sweeps and the follower of the real service do. */
  async arm(): Promise<void> {
    if (this.#workersUp) await this.sandbox.timers.sweep(this.#ask);
  }

  /** The next timer to fire, or the instant from which the next deadline is near enough to be armed. */
  async #nextStir(): Promise<Instant | undefined> {
    const { owed, queue, clock } = this.sandbox;
    const check = await owed.nextCheckAt();
    const armedFrom = check && instantFromMs(instantToMs(check) - HORIZON_MS);
    return earliest(queue.nextRunAt(), armedFrom !== undefined && armedFrom > clock.now() ? armedFrom : undefined);
  }

  async #runTimers(): Promise<void> {
    await this.sandbox.queue.runDue();
    if (this.#failure !== undefined) throw this.#failure;
    await this.arm();
  }

  /** The queue would try again later, and hide why. */
  readonly #ask = async (timer: Timer): Promise<undefined> => {
    try {
      await this.sandbox.execute(askAboutDeadline(timer));
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(messageOf(error));
    }
    return undefined;
  };
}
