import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** `npm test` names the server that it found or installed. */
export const redisBinary = process.env['REDIS_SERVER'] ?? 'redis-server';

/** A Redis of a test's own: on a unix socket in a temporary folder, so that no port is shared. */
export class RedisServer {
  #child: ChildProcess | undefined;

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
    this.#child = spawn(redisBinary, [...always, ...durable, ...this.extraArgs], { stdio: 'ignore' });
    await this.withClient((client) => client.ping());
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Deletes what reached the disk; call it between {@link kill} and {@link restart}. */
  async loseData(): Promise<void> {
    await rm(join(this.directory, 'appendonlydir'), { recursive: true, force: true });
  }

  /** Freezes the process: connections stay open and nothing answers. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
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
