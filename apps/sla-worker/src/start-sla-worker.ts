import type { CommandBus } from '@nestjs/cqrs';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { EventStore } from '#event-store';
import type { Timer, TimerQueue } from '#job-queue';
import type { Clock } from '#kernel';
import { type CheckpointSchema, readProjections } from '#read-store';
import { askAboutDeadline, DeadlineTimers, ServiceRequestQueries, type ServiceRequestSchema } from '#service-request';
import { keepSweeping } from './keep-sweeping.js';

export interface SlaWorkerParts {
  readonly events: EventStore;
  readonly readStore: Kysely<CheckpointSchema & ServiceRequestSchema>;
  readonly queue: TimerQueue;
  readonly clock: Clock;
  readonly commands: CommandBus;
  readonly log: Logger;
}

const CONCURRENCY = 64;

/** Arms timers for what is owed and asks when they fire; the decision is the command's. */
export const startSlaWorker = async ({
  events,
  readStore,
  queue,
  clock,
  commands,
  log,
}: SlaWorkerParts): Promise<{ stop(): Promise<void> }> => {
  const timers = new DeadlineTimers(events, new ServiceRequestQueries(readStore), queue, clock);
  // Deadlines up to this position are in the rows that the sweep reads; the rest is followed.
  const position = (await readProjections(readStore)).find(({ name }) => name === 'service-requests')?.position;
  const ended = new AbortController();
  const warn = (error: unknown): void => {
    log.warn({ err: error }, 'Timers could not be armed; the next sweep does it');
  };
  const following = timers.follow(position, ended.signal, warn).catch(warn);
  const ask = async (timer: Timer): Promise<void> => {
    await commands.execute(askAboutDeadline(timer));
  };
  const sweeps = keepSweeping(timers, ask, log, () => undefined);
  const forget = queue.onPossibleLoss((reason) => {
    log.warn({ reason }, 'Timers may have been lost; arming them again');
    sweeps.sweepAfterLoss();
  });
  await queue.start(ask, { concurrency: CONCURRENCY });
  return {
    stop: async () => {
      ended.abort();
      forget();
      await Promise.all([following, sweeps.stop()]);
    },
  };
};
