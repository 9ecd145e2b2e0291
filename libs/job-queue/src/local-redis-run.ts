import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const STOP_MS = 1_500;
const START_MS = 60_000;

/**
 * Runs the server and stops it when standard input ends, which also happens when this process is killed. In a session
 * of its own, so that Ctrl-C in a terminal reaches this process only, which stops the server last.
 */
const KEEPER = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3; kill -TERM $server; } >/dev/null 2>&1 & watcher=$!
wait $server; code=$?
kill $watcher 2>/dev/null
exit $code`;

const serverArgs = (directory: string, socket: string): readonly string[] => [
  ...['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--dir', directory],
  ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'],
  // A delayed job is a small hash: in one piece it takes a third less memory. The old name, which all versions know.
  ...['--hash-max-ziplist-value', '400'],
  // A delayed job wakes its worker with the precision of this many ticks a second.
  ...['--hz', '100', '--databases', '1', '--daemonize', 'no', '--loglevel', 'warning'],
];

/** Whether the command was done; false when nobody listens or nobody answers, and when told to give up. */
const tell = async (socket: string, command: 'PING' | 'SHUTDOWN', signal: AbortSignal): Promise<boolean> => {
  const client = new Redis(socket, {
    lazyConnect: true,
    retryStrategy: () => null,
    commandTimeout: 1_000,
    disconnectTimeout: 200,
  });
  client.on('error', () => undefined);
  const giveUp = (): void => client.disconnect();
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    await client.connect();
    await client.call(command);
    return true;
  } catch {
    return false;
  } finally {
    signal.removeEventListener('abort', giveUp);
    // On an ended client this would only leave a timer behind.
    if (client.status !== 'end') client.disconnect();
  }
};

/** Without pid, role and time, which Redis puts before each line: `812:M 13 Jul 2026 02:00:00.000 # `. */
const lastLineOf = (output: string): string =>
  (output.trim().split('\n').at(-1) ?? '').replace(/^\d+:\w .*?\d\d:\d\d:\d\d\.\d+ . /, '');

/** Why a run never became ready. `code` is the server's exit code, null while it still runs. */
export interface StartFailure {
  readonly code: number | null;
  readonly reason: string;
}

/** One run of the server, from spawn to exit. */
export class LocalRedisRun {
  /** Never rejects. */
  readonly exited: Promise<void>;
  readonly #keeper: ChildProcess;
  #hasExited = false;
  /** The end of what it said. */
  #output = '';

  constructor(
    binary: string,
    directory: string,
    readonly socket: string,
  ) {
    const command = ['-c', KEEPER, 'redis-keeper', binary, ...serverArgs(directory, socket)];
    this.#keeper = spawn('sh', command, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    for (const output of [this.#keeper.stdout, this.#keeper.stderr]) {
      output?.setEncoding('utf8').on('data', (text: string) => (this.#output = (this.#output + text).slice(-2_000)));
    }
    this.exited = once(this.#keeper, 'close')
      .catch((error: unknown) => void (this.#output = String(error)))
      .then(() => void (this.#hasExited = true));
  }

  /** Waits until the server answers; undefined then. */
  async startFailure(signal: AbortSignal): Promise<StartFailure | undefined> {
    const giveUpAt = performance.now() + START_MS;
    while (!this.#hasExited && !signal.aborted && performance.now() < giveUpAt) {
      if (await tell(this.socket, 'PING', signal)) return undefined;
      await Promise.race([this.exited, sleep(10)]);
    }
    return { code: this.#keeper.exitCode, reason: lastLineOf(this.#output) || 'it did not answer' };
  }

  async stop(): Promise<void> {
    this.#keeper.stdin?.end();
    await Promise.race([this.exited, sleep(STOP_MS, undefined, { ref: false })]);
    if (this.#hasExited || this.#keeper.pid === undefined) return;
    process.kill(-this.#keeper.pid, 'SIGKILL');
    await this.exited;
  }
}

/** The server of a crashed run may live on for a moment, or for good when its keeper was killed too. */
export const endPredecessor = async (socket: string, signal: AbortSignal): Promise<void> => {
  if (!(await tell(socket, 'PING', signal))) return;
  await tell(socket, 'SHUTDOWN', signal);
  for (let waited = 0; await tell(socket, 'PING', signal); waited += 20) {
    if (waited > 5_000) throw new Error(`An older Redis on ${socket} does not stop. End it and start again.`);
    await sleep(20);
  }
};
