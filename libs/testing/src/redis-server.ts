import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** `npm test` names the server that it found or installed. */
export const redisBinary = process.env['REDIS_SERVER'] ?? 'redis-server';

/** Ends the server with its standard input, so also when the test run is killed. */
const KEEPER = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _ <&3; kill -KILL $server; } & watcher=$!
wait $server; kill $watcher`;

/** A Redis of a test's own: on a unix socket in a temporary folder, so that no port is shared. */
export class RedisServer {
  #keeper: ChildProcess | undefined;
  #pid = 0;

  private constructor(
    private readonly directory: string,
    private readonly extraArgs: readonly string[],
  ) {}

  /** @param extraArgs e.g. `['--maxmemory', '3mb']` */
  static async start(...extraArgs: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'ld-redis-')), extraArgs);
    await server.restart();
    return server;
  }

  /** What a client connects to. */
  get url(): string {
    return join(this.directory, 's');
  }

  /** Starts it again after {@link kill}, with the data that reached the disk. */
  async restart(): Promise<void> {
    const always = ['--port', '0', '--unixsocket', this.url, '--dir', this.directory, '--hz', '100', '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];
    const command = [redisBinary, ...always, ...durable, ...this.extraArgs];
    this.#keeper = spawn('sh', ['-c', KEEPER, 'keeper', ...command], { stdio: ['pipe', 'ignore', 'ignore'] });
    const info = await this.withClient((client) => client.info('server'));
    this.#pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
  }

  async kill(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    if (!keeper || keeper.exitCode !== null) return;
    const exited = once(keeper, 'exit');
    process.kill(this.#pid, 'SIGKILL');
    await exited;
  }

  /** Deletes what reached the disk; call it between {@link kill} and {@link restart}. */
  async loseData(): Promise<void> {
    await rm(join(this.directory, 'appendonlydir'), { recursive: true, force: true });
  }

  /** Freezes the process: connections stay open and nothing answers. */
  pause(): void {
    process.kill(this.#pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.#pid, 'SIGCONT');
  }

  /** Runs commands of the test itself, over a connection that waits until the server is ready. */
  async withClient<T>(use: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.url, { retryStrategy: () => 20, maxRetriesPerRequest: 500, disconnectTimeout: 50 });
    client.on('error', () => undefined);
    try {
      return await use(client);
    } finally {
      client.disconnect();
    }
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}
