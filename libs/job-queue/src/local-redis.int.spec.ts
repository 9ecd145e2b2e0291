import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFile } from '@swc/core';
import { eventually, redisBinary } from '#testing';
import { Redis } from 'ioredis';
import { type LocalRedis, type LocalRedisOptions, startLocalRedis } from './local-redis.js';

jest.setTimeout(30_000);

describe('local Redis', () => {
  let home: string;
  let directory: string;
  let warnings: string[];
  let started: LocalRedis[];
  let clients: Redis[];

  const start = async (options: Partial<LocalRedisOptions> = {}): Promise<LocalRedis> => {
    const redis = await startLocalRedis({
      directory,
      binary: redisBinary,
      onWarning: (text) => warnings.push(text),
      ...options,
    });
    started.push(redis);
    return redis;
  };
  const clientOf = ({ url }: { readonly url: string }): Redis => {
    const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null, disconnectTimeout: 50 });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const pidOf = async (client: Redis): Promise<number> =>
    Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  const lives = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** The code under test as a process of its own can load it, which needs no TypeScript. */
  const compile = async (): Promise<string> => {
    for (const name of ['local-redis', 'local-redis-run', 'local-redis-files']) {
      const { code } = await transformFile(join(__dirname, `${name}.ts`), {
        swcrc: false,
        module: { type: 'commonjs' },
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      });
      await writeFile(join(home, `${name}.js`), code);
    }
    return home;
  };
  const damage = async (): Promise<void> => {
    const folder = join(directory, 'appendonlydir');
    for (const file of await readdir(folder)) {
      if (file.endsWith('.incr.aof')) await writeFile(join(folder, file), 'this is no command\r\n'.repeat(10));
    }
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'ld-local-'));
    directory = join(home, 'redis');
    warnings = [];
    started = [];
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(started.map((redis) => redis.close()));
    await rm(home, { recursive: true, force: true });
  });

  it('listens on a private socket only, appends to a file, and evicts nothing', async () => {
    const client = clientOf(await start());
    const settings = await client.config('GET', 'port', 'appendonly', 'appendfsync', 'maxmemory-policy', 'hz', 'save');
    expect(settings).toEqual(
      expect.arrayContaining(['port', '0', 'appendonly', 'yes', 'everysec', 'noeviction', 'hz', '100', 'save', '']),
    );
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('stops within two seconds and keeps what it was given', async () => {
    const redis = await start();
    await clientOf(redis).set('kept', 'yes');
    const startedAt = performance.now();
    await redis.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await clientOf(await start()).get('kept')).toBe('yes');
    expect(warnings).toEqual([]);
  });

  it('stops within two seconds when it hangs', async () => {
    const redis = await start();
    const pid = await pidOf(clientOf(redis));
    process.kill(pid, 'SIGSTOP');
    const startedAt = performance.now();
    await redis.close();
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    await eventually(() => !lives(pid));
  });

  it('uses a short path when the folder has a long one', async () => {
    const redis = await start({ directory: join(home, 'x'.repeat(120)) });
    expect(redis.url.length).toBeLessThan(100);
    expect((await stat(join(redis.url, '..'))).mode & 0o777).toBe(0o700);
    expect(await clientOf(redis).ping()).toBe('PONG');
    await redis.close();
    await rm(join(redis.url, '..'), { recursive: true, force: true });
  });

  it('is started again when it is killed, with its data', async () => {
    const client = clientOf(await start());
    await client.set('kept', 'yes');
    await eventually(async () => /aof_pending_bio_fsync:0/.test(await client.info('persistence')));
    process.kill(await pidOf(client), 'SIGKILL');
    await eventually(() => warnings.length > 0);
    expect(await client.get('kept')).toBe('yes');
    expect(warnings).toEqual(['Redis died and is started again.']);
  });

  it('is started again when it is killed and its folder deleted', async () => {
    const client = clientOf(await start());
    await client.set('lost', 'yes');
    const pid = await pidOf(client);
    await rm(directory, { recursive: true });
    process.kill(pid, 'SIGKILL');
    await eventually(() => warnings.length > 0);
    expect(await client.get('lost')).toBeNull();
  });

  it('closes while it is being started again, and leaves nothing running', async () => {
    const redis = await start();
    const client = clientOf(redis);
    process.kill(await pidOf(client), 'SIGKILL');
    await eventually(() => warnings.length > 0);
    await redis.close();
    const late = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null });
    await expect(late.connect()).rejects.toThrow(/closed/);
  });

  it('closes within two seconds while the one that is to follow does not come up', async () => {
    const mark = join(home, 'second');
    const binary = join(home, 'stuck-the-second-time');
    const script = `#!/bin/sh\n[ -e ${home}/first ] && { : > ${mark}; exec sleep 60; }\n: > ${home}/first; exec ${redisBinary} "$@"`;
    await writeFile(binary, script, { mode: 0o700 });
    const redis = await start({ binary });
    process.kill(await pidOf(clientOf(redis)), 'SIGKILL');
    await eventually(() => existsSync(mark));
    const startedAt = performance.now();
    await redis.close();
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(warnings).toEqual(['Redis died and is started again.']);
  });

  it('sets damaged data aside and starts empty', async () => {
    const redis = await start();
    await clientOf(redis).set('lost', 'yes');
    await redis.close();
    await damage();
    expect(await clientOf(await start()).get('lost')).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/could not read its data \(.*format.*\).*set aside/)]);
    expect(existsSync(`${directory}.damaged/appendonlydir`)).toBe(true);
  });

  it('starts with what is readable of a file that was cut short', async () => {
    const redis = await start();
    const client = clientOf(redis);
    await client.set('first', 'x');
    await client.set('second', 'x'.repeat(100));
    await redis.close();
    const folder = join(directory, 'appendonlydir');
    const file = (await readdir(folder)).find((name) => name.endsWith('.incr.aof')) ?? '';
    const content = await readFile(join(folder, file));
    await writeFile(join(folder, file), content.subarray(0, -50));
    const again = clientOf(await start());
    expect(await again.mget('first', 'second')).toEqual(['x', null]);
  });

  it('touches no data when there is no such server, and says so', async () => {
    await mkdir(directory, { mode: 0o700 });
    await writeFile(join(directory, 'kept'), '');
    await expect(start({ binary: 'no-such-redis' })).rejects.toThrow(/no-such-redis does not start: .*not found/);
    expect(await readdir(directory)).toEqual(['kept']);
  });

  it('refuses a folder that others can enter', async () => {
    await mkdir(directory, { mode: 0o755 });
    await expect(start()).rejects.toThrow(/only its owner can enter/);
  });

  it('replaces one that a crashed run left behind', async () => {
    const left = spawn(redisBinary, ['--port', '0', '--dir', home, '--unixsocket', join(directory, 'redis.sock')]);
    await mkdir(directory, { mode: 0o700 });
    const client = clientOf({ url: join(directory, 'redis.sock') });
    await client.ping();
    const pid = await pidOf(clientOf(await start()));
    expect(pid).not.toBe(left.pid);
    expect(left.exitCode ?? (await once(left, 'exit'))[0]).toBe(0);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('dies with its parent, even by %s', async (signal) => {
    const compiled = await compile();
    const script = `require('./local-redis.js').startLocalRedis({ directory: process.argv[1], binary: process.argv[2], onWarning: console.error })
      .then(({ url }) => console.log(url));`;
    const parent = spawn(process.execPath, ['-e', script, directory, redisBinary], {
      cwd: compiled,
      env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const pid = await pidOf(clientOf({ url: join(directory, 'redis.sock') }));
    parent.kill(signal);
    await eventually(() => !lives(pid), { what: 'the orphan to end' });
    expect(existsSync(join(directory, 'redis.sock'))).toBe(false);
  });
});
