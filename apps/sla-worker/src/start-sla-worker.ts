import type { CommandBus } from '@nestjs/cqrs';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { EventStore } from '#event-store';
import type { TimerQueue } from '#job-queue';
import type { Clock } from '#kernel';
import { type CheckpointSchema, readProjections } from '#read-store';
import { askIfOverdue, DeadlineTimers, ServiceRequestQueries, type ServiceRequestSchema, SWEEP_EVERY_MS } from '#service-request';

export interface SlaWorkerParts {
  readonly events: EventStore;
  readonly readStore: Kysely<CheckpointSchema & ServiceRequestSchema>;
  readonly queue: TimerQueue;
  readonly clock: Clock;
  readonly commands: CommandBus;
  readonly log: Logger;
}

const CONCURRENCY = 64;

/** Sweeps at once when asked, never two at a time, and again at intervals. */
const keepSweeping = (timers: DeadlineTimers, log: Logger) => {
  let running: Promise<void> | undefined;
  let again = false;
  const sweepOnce = async (): Promise<void> => {
    do {
      again = false;
      await timers.sweep().catch((error: unknown) => {
        log.warn({ err: error }, 'A sweep over open deadlines failed; the next one tries again');
      });
    } while (again);
    running = undefined;
  };
  const sweep = (): void => {
    again = running !== undefined;
    running ??= sweepOnce();
  };
  const interval = setInterval(sweep, SWEEP_EVERY_MS);
  sweep();
  return {
    sweep,
    stop: async (): Promise<void> => {
      clearInterval(interval);
      await running;
    },
  };
};

/** Arms timers for what is owed and asks when they fire; the decision is the command's. */
export const startSlaWorker = async ({ events, readStore, queue, clock, commands, log }: SlaWorkerParts): Promise<{ stop(): Promise<void> }> => {
  const timers = new DeadlineTimers(events, new ServiceRequestQueries(readStore), queue, clock);
  // Deadlines up to this position are in the rows that the sweep reads; the rest is followed.
  const position = (await readProjections(readStore)).find(({ name }) => name === 'service-requests')?.position;
  const ended = new AbortController();
  const following = timers.follow(position, ended.signal, (error) => {
    log.warn({ err: error }, 'Timers could not be armed; the next sweep does it');
  });
  const sweeps = keepSweeping(timers, log);
  const forget = queue.onPossibleLoss((reason) => {
    log.warn({ reason }, 'Timers may have been lost; arming them again');
    sweeps.sweep();
  });
  await queue.start(async (timer) => void (await commands.execute(askIfOverdue(timer))), { concurrency: CONCURRENCY });
  return {
    stop: async () => {
      ended.abort();
      forget();
      await Promise.all([following, sweeps.stop()]);
    },
  };
};
