import { Inject, Injectable } from '@nestjs/common';
import type { TimerQueue } from '#job-queue';
import { type GuardedClock, type Instant, instantToMs } from '#kernel';
import { ServiceRequestQueries, TimerWatch, WATCHED_MINUTES } from '#service-request';
import { DEADLINE_CLOCK } from '#service-request/commands';
import { TIMER_QUEUE } from '../tokens.js';

/** A deadline that is past for longer and not recorded as missed needs a person: two sweeps did not mend it. */
const DEGRADED_MS = 60_000;

const oldestBy = (now: Instant, dueAt: string | undefined) => {
  if (dueAt === undefined) return { oldest: null, isDegraded: false };
  const lateMs = instantToMs(now) - Date.parse(dueAt);
  return { oldest: { dueAt, lateMs }, isDegraded: lateMs > DEGRADED_MS };
};

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
    const now = this.clock.now();
    return oldestBy(now, await this.queries.oldestOverdue(now)).isDegraded;
  }

  async report() {
    const now = this.clock.now();
    const [dueAt, count, armed] = await Promise.all([
      this.queries.oldestOverdue(now),
      this.queries.countOverdue(now),
      this.queue.armedCount().catch(() => null),
    ]);
    const { oldest, isDegraded } = oldestBy(now, dueAt);
    return {
      status: isDegraded ? 'degraded' : 'ok',
      overdue: { count, oldest },
      lateness: { withinMinutes: WATCHED_MINUTES, ...this.watch.lateness(now) },
      armed,
      drift: this.watch.drift,
      lastSweep: this.watch.lastSweep ?? null,
      clock: { now, disagreementMs: this.clock.disagreementMs },
    };
  }
}
