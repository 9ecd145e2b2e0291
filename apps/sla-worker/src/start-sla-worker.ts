import type { CommandBus } from '@nestjs/cqrs';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { EventStore } from '#event-store';
import type { Timer, TimerQueue } from '#job-queue';
import type { Clock } from '#kernel';
import { type CheckpointSchema, readProjections } from '#read-store';
import {
  askAboutDeadline,
  DeadlineTimers,
  ServiceRequestQueries,
  type ServiceRequestSchema,
  SWEEP_EVERY_MS,
} from '#service-request';

export interface SlaWorkerParts {
  readonly events: EventStore;
  readonly readStore: Kysely<CheckpointSchema & ServiceRequestSchema>;
  readonly queue: TimerQueue;
  readonly clock: Clock;
  readonly commands: CommandBus;
  readonly log: Logger;
}

const CONCURRENCY = 64;

/** Sweeps now, at intervals and whenever asked; one asked for while another runs follows it. */
const keepSweeping = (timers: DeadlineTimers, ask: (timer: Timer) => Promise<void>, log: Logger) => {
  let last = Promise.resolve();
  let waiting = false;
  const sweep = (): void => {
    if (waiting) return;
    waiting = true;
    last = last
      .then(() => {
        waiting = false;
        return timers.sweep(ask);
      })
      .then(
        ({ refusal }) => {
          if (refusal !== undefined)
            log.error({ err: refusal }, 'The timer queue refuses: until it is back, a sweep notices what is missed');
        },
        (error: unknown) => {
          log.error({ err: error }, 'A sweep over open deadlines failed; the next one tries again');
        },
      );
  };
  const interval = setInterval(sweep, SWEEP_EVERY_MS);
  sweep();
  return {
    sweep,
    stop: (): Promise<void> => {
      clearInterval(interval);
      return last;
    },
  };
};

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
  const sweeps = keepSweeping(timers, ask, log);
  const forget = queue.onPossibleLoss((reason) => {
    log.warn({ reason }, 'Timers may have been lost; arming them again');
    sweeps.sweep();
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
