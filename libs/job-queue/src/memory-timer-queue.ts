import { type Clock, type Instant, instantFromMs, instantToMs } from '#kernel';
import { QueueUnavailableError } from './errors.js';
import {
  assertTimerIds,
  type LossReason,
  MAX_ATTEMPTS,
  retryDelayMs,
  type StartOptions,
  type Timer,
  type TimerHandler,
  type TimerQueue,
  type TimerQueueHealth,
} from './timer-queue.js';

interface Armed {
  readonly timer: Timer;
  readonly runAt: Instant;
  readonly failures: number;
}

/** The twin for simulations: nothing runs by itself, {@link runDue} runs what the clock has reached. */
export class MemoryTimerQueue implements TimerQueue {
  readonly #armed = new Map<string, Armed>();
  readonly #listeners = new Set<(reason: LossReason) => void>();
  #handler: TimerHandler | undefined;
  #up = true;
  #emptiedWhileDown = false;

  constructor(private readonly clock: Clock) {}

  async arm(timers: readonly Timer[]): Promise<void> {
    assertTimerIds(timers);
    this.#assertUp();
    for (const timer of timers) {
      if (!this.#armed.has(timer.id)) this.#armed.set(timer.id, { timer, runAt: timer.dueAt, failures: 0 });
    }
  }

  async start(handler: TimerHandler, _options: StartOptions): Promise<void> {
    if (this.#handler) throw new Error('This timer queue has been started already.');
    this.#handler = handler;
  }

  async armedCount(): Promise<number> {
    this.#assertUp();
    return this.#armed.size;
  }

  async missing(ids: readonly string[]): Promise<readonly string[]> {
    this.#assertUp();
    return ids.filter((id) => !this.#armed.has(id));
  }

  onPossibleLoss(listener: (reason: LossReason) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async health(): Promise<TimerQueueHealth> {
    return this.#up ? { ok: true } : { ok: false, reason: 'The timer queue is down.' };
  }

  async close(): Promise<void> {
    this.#handler = undefined;
    this.#listeners.clear();
    this.#up = false;
  }

  /** Runs one after the other, earliest first, every timer that is due, until none is; answers with their number. */
  async runDue(): Promise<number> {
    let runs = 0;
    for (let due = this.#due(); due.length > 0; due = this.#due()) {
      for (const armed of due) {
        if (!this.#isRunnable(armed) || !this.#handler) continue;
        runs += 1;
        await this.#run(armed, this.#handler);
      }
    }
    return runs;
  }

  /** When the next timer or retry is due; a simulation may jump there. */
  nextRunAt(): Instant | undefined {
    return this.#byRunAt()[0]?.runAt;
  }

  /** Fault: every call is refused and nothing runs until {@link comeBack}. */
  goDown(): void {
    this.#up = false;
  }

  comeBack(): void {
    this.#up = true;
    this.#tell(this.#emptiedWhileDown ? 'emptied' : 'reconnected');
    this.#emptiedWhileDown = false;
  }

  /** Fault: all armed timers are lost. */
  empty(): void {
    this.#armed.clear();
    if (this.#up) this.#tell('emptied');
    else this.#emptiedWhileDown = true;
  }

  async #run(due: Armed, handler: TimerHandler): Promise<void> {
    const failures = due.failures + 1;
    const inMs = (ms: number): Instant => instantFromMs(instantToMs(this.clock.now()) + ms);
    try {
      const again = await handler(due.timer);
      this.#replace(due, again && { ...due, runAt: inMs(again.againInMs) });
    } catch {
      this.#replace(
        due,
        failures < MAX_ATTEMPTS ? { ...due, runAt: inMs(retryDelayMs(failures)), failures } : undefined,
      );
    }
  }

  /** Only while the entry is still the one that ran: the queue may have been emptied and armed anew meanwhile. */
  #replace(due: Armed, next: Armed | undefined): void {
    if (this.#armed.get(due.timer.id) !== due) return;
    if (next) this.#armed.set(due.timer.id, next);
    else this.#armed.delete(due.timer.id);
  }

  #due(): readonly Armed[] {
    return this.#handler ? this.#byRunAt().filter((armed) => this.#isRunnable(armed)) : [];
  }

  #isRunnable(armed: Armed): boolean {
    return this.#up && this.#armed.get(armed.timer.id) === armed && armed.runAt <= this.clock.now();
  }

  #byRunAt(): readonly Armed[] {
    return [...this.#armed.values()].sort((a, b) => (a.runAt < b.runAt ? -1 : a.runAt > b.runAt ? 1 : 0));
  }

  #tell(reason: LossReason): void {
    for (const listener of this.#listeners) listener(reason);
  }

  #assertUp(): void {
    if (!this.#up) throw new QueueUnavailableError('The timer queue is down.');
  }
}
