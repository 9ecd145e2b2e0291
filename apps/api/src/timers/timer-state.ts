import { Inject, Injectable } from '@nestjs/common';
import type { TimerQueue } from '#job-queue';
import { type GuardedClock, instantToMs } from '#kernel';
import { DEADLINE_CLOCK, ServiceRequestQueries, TimerWatch, WATCHED_MINUTES } from '#service-request';
import { TIMER_QUEUE } from '../tokens.js';

/** A deadline that is past for longer and not recorded as missed needs a person: two sweeps did not mend it. */
const DEGRADED_MS = 60_000;

/** How the timers do, for the pager and for health. */
@Injectable()
export class TimerState {
  constructor(
    private readonly queries: ServiceRequestQueries,
    private readonly watch: TimerWatch,
    @Inject(TIMER_QUEUE) private readonly queue: TimerQueue,
    @Inject(DEADLINE_CLOCK) private readonly clock: GuardedClock,
  ) {}

  /** Whether deadlines that are past go unnoticed. @throws whatever the read model throws */
  async isDegraded(): Promise<boolean> {
    const dueAt = await this.queries.oldestOverdue(this.clock.now());
    return dueAt !== undefined && this.#lateMs(dueAt) > DEGRADED_MS;
  }

  async report() {
    const now = this.clock.now();
    const [dueAt, count, armed] = await Promise.all([
      this.queries.oldestOverdue(now),
      this.queries.countOverdue(now),
      this.queue.armedCount().catch(() => null),
    ]);
    const oldest = dueAt === undefined ? null : { dueAt, lateMs: this.#lateMs(dueAt) };
    return {
      status: oldest !== null && oldest.lateMs > DEGRADED_MS ? 'degraded' : 'ok',
      overdue: { count, oldest },
      lateness: { withinMinutes: WATCHED_MINUTES, ...this.watch.lateness(now) },
      armed,
      drift: this.watch.drift,
      lastSweep: this.watch.lastSweep ?? null,
      clock: { now, disagreementMs: this.clock.disagreementMs },
    };
  }

  #lateMs(dueAt: string): number {
    return instantToMs(this.clock.now()) - Date.parse(dueAt);
  }
}
