import { setTimeout as sleep } from 'node:timers/promises';
import { prepareFolders, setAside } from './local-redis-files.js';
import { endPredecessor, LocalRedisRun } from './local-redis-run.js';

export interface LocalRedisOptions {
  /** Of this Redis alone; made when absent. The caller holds a lock against a second service on the same data. */
  readonly directory: string;
  /** Path or name of a `redis-server` or `valkey-server`, 6.2 or newer. */
  readonly binary: string;
  /** Told when damaged data was set aside or a dead server was started again. */
  readonly onWarning: (message: string) => void;
}

export interface LocalRedis {
  /** The path of its unix socket, for `BullMqTimerQueue`. */
  readonly url: string;
  /** Stops it within 2 s. */
  close(): Promise<void>;
}

const RESTART_MS = 200;
const MAX_RESTART_MS = 5_000;

const launchOnEmptyFolder = async (
  { directory, binary, onWarning }: LocalRedisOptions,
  reason: string,
  signal: AbortSignal,
): Promise<LocalRedisRun> => {
  const aside = await setAside(directory);
  const run = new LocalRedisRun(binary, directory, await prepareFolders(directory));
  const failure = await run.startFailure(signal);
  if (failure) {
    await run.stop();
    throw new Error(`${binary} does not start: ${failure.reason}`);
  }
  onWarning(`Redis could not read its data (${reason}). It was set aside as ${aside}; reminders are built anew.`);
  return run;
};

/** @throws Error also when told to give up, and nothing runs then */
const launch = async (options: LocalRedisOptions, signal: AbortSignal): Promise<LocalRedisRun> => {
  const { directory, binary } = options;
  const socket = await prepareFolders(directory);
  await endPredecessor(socket, signal);
  signal.throwIfAborted();
  const run = new LocalRedisRun(binary, directory, socket);
  const failure = await run.startFailure(signal);
  if (!failure) return run;
  await run.stop();
  // Redis' own exit when it cannot read its data; a missing binary or a kill is no reason to touch them.
  if (failure.code === 1) return launchOnEmptyFolder(options, failure.reason, signal);
  throw new Error(`${binary} does not start: ${failure.reason}`);
};

/** Undefined when told to give up. */
const relaunch = async (options: LocalRedisOptions, signal: AbortSignal): Promise<LocalRedisRun | undefined> => {
  const givenUp = (): boolean => signal.aborted;
  for (let pauseMs = RESTART_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_RESTART_MS)) {
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (givenUp()) return undefined;
    try {
      const run = await launch(options, signal);
      if (!givenUp()) return run;
      await run.stop();
    } catch (error) {
      if (givenUp()) return undefined;
      options.onWarning(`Redis could not be started again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
};

/**
 * A private Redis that lives and dies with this process, however that ends, and is started again when it dies before.
 * @throws Error with what the server said when it does not start, even on an empty folder
 */
export const startLocalRedis = async (options: LocalRedisOptions): Promise<LocalRedis> => {
  const closing = new AbortController();
  let run = await launch(options, closing.signal);

  const supervise = async (): Promise<void> => {
    for (;;) {
      await run.exited;
      if (closing.signal.aborted) return;
      options.onWarning('Redis died and is started again.');
      const next = await relaunch(options, closing.signal);
      if (!next) return;
      run = next;
    }
  };
  const supervised = supervise();

  return {
    url: run.socket,
    close: async () => {
      closing.abort();
      await run.stop();
      await supervised;
    },
  };
};
