import type { CommandBus } from '@nestjs/cqrs';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { EventStore } from '#event-store';
import type { Followers } from '#following';
import type { BullMqTimerQueue, RunAgain, Timer } from '#job-queue';
import { type GuardedClock, instantToMs } from '#kernel';
import { type CheckpointSchema, readProjections } from '#read-store';
import { DeadlineTimers, ServiceRequestQueries, type ServiceRequestSchema, type TimerWatch } from '#service-request';
import { keepSweeping } from './keep-sweeping.js';
import { askWitness, watchClocks } from './watch-clocks.js';
import { watchMisses } from './watch-misses.js';
import { askAboutDeadline } from '#service-request/commands';

export interface SlaWorkerParts {
  readonly events: EventStore;
  readonly readStore: Kysely<CheckpointSchema & ServiceRequestSchema>;
  readonly queue: BullMqTimerQueue;
  /** For the question whether a deadline is past. */
  readonly deadlineClock: GuardedClock;
  readonly commands: CommandBus;
  readonly watch: TimerWatch;
  readonly followers: Followers;
  readonly log: Logger;
}

const CONCURRENCY = 64;

/** Arms timers for what is owed and asks when they fire; the decision is the command's. */
export const startSlaWorker = async ({
  events,
  readStore,
  queue,
  deadlineClock,
  commands,
  watch,
  followers,
  log,
}: SlaWorkerParts): Promise<{ stop(): Promise<void> }> => {
  const timers = new DeadlineTimers(events, new ServiceRequestQueries(readStore), queue, deadlineClock);
  // Before the first question: a machine whose clock is ahead must not ask too early.
  await askWitness(deadlineClock, queue);
  // Deadlines up to this position are in the rows that the sweep reads; the rest is followed.
  const position = (await readProjections(readStore)).find(({ name }) => name === 'service-requests')?.position;
  const ended = new AbortController();
  const { signal } = ended;
  const warn = (error: unknown): void => {
    log.warn({ err: error }, 'Timers could not be armed; the next sweep does it');
  };
  const head = await events.head();
  const arming = followers.follow(events, timers.follower(position, warn), { signal });
  const watching = followers.follow(events, watchMisses(head, watch), { signal });
  const ask = async (timer: Timer): Promise<RunAgain | undefined> => {
    const earlyMs = instantToMs(timer.dueAt) - instantToMs(deadlineClock.now());
    if (earlyMs > 0) return { againInMs: earlyMs };
    await commands.execute(askAboutDeadline(timer));
    return undefined;
  };
  const askAnyway = (timer: Timer): Promise<unknown> =>
    ask(timer).catch((error: unknown) => {
      log.error({ err: error, timer: timer.id }, 'A deadline could not be checked; the next sweep tries again');
    });
  const sweeps = keepSweeping(timers, askAnyway, watch, followers, log);
  const clocks = watchClocks(deadlineClock, queue, log, sweeps.doubtClocks);
  const forget = queue.onPossibleLoss((reason) => {
    log.warn({ reason }, 'Timers may have been lost; arming them again');
    sweeps.sweepAfterLoss();
  });
  await queue.start(ask, { concurrency: CONCURRENCY });
  return {
    stop: async () => {
      ended.abort();
      forget();
      await Promise.all([arming, watching, sweeps.stop(), clocks.stop()]);
    },
  };
};
