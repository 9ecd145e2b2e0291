import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { instantToMs, systemClock } from '#kernel';
import { eventually } from '#testing';

jest.setTimeout(60_000);

const ROOT = resolve(__dirname, '../..');

/** A service that says its process id and, when told to stop, what told it; it exits with `CODE`. */
const SERVICE = `
  import { greeting } from '#greeting';
  const alive = setInterval(() => undefined, 1_000);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      console.log('told', signal);
      clearInterval(alive);
      process.exitCode = Number(process.env['CODE'] ?? 0);
    });
  }
  console.log(greeting, 'from', process.pid);
`;

interface Start {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<unknown>;
}

describe('npm start', () => {
  let project: string;
  let starts: Start[];

  const write = (file: string, content: string): Promise<void> => writeFile(join(project, file), content);
  const start = (env: Readonly<Record<string, string>> = {}): Start => {
    const child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: project,
      env: { ...process.env, REDIS_URL: 'redis://127.0.0.1:1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    const started = {
      process: child,
      output: () => output,
      ended: once(child, 'close').then(([code]) => code as unknown),
    };
    starts.push(started);
    return started;
  };
  const servicePid = async ({ output }: Start): Promise<number> => {
    await eventually(() => /from \d+/.test(output()), { timeoutMs: 30_000, what: 'the service to run' });
    return Number(/from (\d+)/.exec(output())?.[1]);
  };
  const lives = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  beforeEach(async () => {
    starts = [];
    project = await mkdtemp(join(tmpdir(), 'ld-start-'));
    await cp(join(ROOT, 'scripts'), join(project, 'scripts'), { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.swcrc']) await cp(join(ROOT, file), join(project, file));
    // As after an install: the lock file is no younger than what it locks.
    await utimes(join(project, 'package-lock.json'), 0, 0);
    await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    for (const folder of ['apps/api', 'apps/ledgerdesk/src', 'libs/greeting/src'])
      await mkdir(join(project, folder), { recursive: true });
    await write('apps/ledgerdesk/src/main.ts', SERVICE);
    await write('apps/api/openapi.json', '{}');
    await write('libs/greeting/src/index.ts', `export const greeting = 'hello';`);
  });
  afterEach(async () => {
    for (const { process: child } of starts) child.kill('SIGTERM');
    await Promise.all(starts.map(({ ended }) => ended));
    await rm(project, { recursive: true, force: true });
  });

  it('builds and runs the service, and builds again only what has changed', async () => {
    const first = start();
    await servicePid(first);
    expect(first.output()).toMatch(/… Build \(none yet\)\n {2}✓ Build {2}[^]*hello/);
    await mkdir(join(project, 'libs/greeting/dist'));
    await write('libs/greeting/dist/index.js', 'what a package is made of');
    const second = start();
    await servicePid(second);
    expect(second.output()).not.toContain('Build');
    await write('libs/greeting/src/index.ts', `export const greeting = 'good morning';`);
    const third = start();
    await servicePid(third);
    expect(third.output()).toMatch(/Build \(sources have changed\)[^]*good morning/);
  });

  it.each([
    ['SIGINT', 'SIGINT', '0', 0],
    ['SIGTERM', 'SIGTERM', '3', 3],
    ['SIGHUP', 'SIGTERM', '0', 0],
  ] as const)('passes %s on as %s, once, and ends with the exit code of the service', async (sent, got, CODE, code) => {
    const started = start({ CODE });
    const pid = await servicePid(started);
    started.process.kill(sent);
    expect(await started.ended).toBe(code);
    expect(started.output().match(/told \w+/g)).toEqual([`told ${got}`]);
    expect(lives(pid)).toBe(false);
  });

  it('leaves no service behind when it is killed itself', async () => {
    const started = start();
    const pid = await servicePid(started);
    started.process.kill('SIGKILL');
    await eventually(() => !lives(pid));
    expect(lives(pid)).toBe(false);
  });

  it('does not build while a service uses the data folder', async () => {
    await mkdir(join(project, 'libs/configuration/src'), { recursive: true });
    await mkdir(join(project, 'libs/event-store/src'), { recursive: true });
    await write('libs/configuration/src/index.ts', `export const readDataDirectory = () => 'data';`);
    await write(
      'libs/event-store/src/index.ts',
      `export const lockForWriting = (file: string) => { throw new Error('Somebody writes to ' + file); };`,
    );
    await servicePid(start());
    await mkdir(join(project, 'data'));
    await write('data/views.db', '');
    await write('libs/greeting/src/index.ts', `export const greeting = 'good morning';`);
    const refused = start();
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toBe('Somebody writes to data/views.db\n');
  });

  it('lets two starts at once both run on one build', async () => {
    const both = [start(), start()];
    await Promise.all(both.map(servicePid));
    expect(both.filter(({ output }) => output().includes('✓ Build'))).toHaveLength(1);
  });

  it('shows what does not compile, says what to do, and keeps the old build', async () => {
    await servicePid(start());
    const built = await readFile(join(project, 'dist/libs/greeting/src/index.js'), 'utf8');
    await write('libs/greeting/src/index.ts', 'export const = 1;');
    const broken = start();
    expect(await broken.ended).toBe(1);
    expect(broken.output()).toMatch(/✗ Build[^]*libs\/greeting\/src\/index\.ts[^]*What to do: /);
    expect(await readFile(join(project, 'dist/libs/greeting/src/index.js'), 'utf8')).toBe(built);
  });

  describe('without npm packages', () => {
    /** Stands in for npm, which takes a minute and a network; `body` is what its `ci` does. */
    const npmThat = async (body: string): Promise<Record<string, string>> => {
      await rm(join(project, 'node_modules'));
      await write('npm.cjs', `const { mkdirSync, symlinkSync, readdirSync, writeFileSync } = require('fs'); ${body}`);
      return { npm_execpath: join(project, 'npm.cjs'), npm_node_execpath: process.execPath };
    };

    it('installs them, and not again until the lock file has other content', async () => {
      const npm = await npmThat(`
        if (process.argv[2] !== 'ci') process.exit(1);
        mkdirSync('node_modules', { recursive: true });
        for (const name of ['@swc', 'commander']) try { symlinkSync('${ROOT}/node_modules/' + name, 'node_modules/' + name); } catch {}
        writeFileSync('node_modules/.package-lock.json', '{}');
      `);
      const first = start(npm);
      await servicePid(first);
      expect(first.output()).toMatch(
        /about a minute\.\n {2}… npm packages \(not installed yet\)\n {2}✓ npm packages {2}/,
      );
      const later = new Date(instantToMs(systemClock.now()) + 60_000);
      await utimes(join(project, 'package-lock.json'), later, later);
      const touched = start(npm);
      await servicePid(touched);
      expect(touched.output()).not.toContain('npm packages');
      await write('package-lock.json', '{}');
      await utimes(join(project, 'package-lock.json'), later, later);
      const changed = start(npm);
      await servicePid(changed);
      expect(changed.output()).toContain('… npm packages (older than package-lock.json)');
    });

    it('leaves no npm behind when it is ended meanwhile', async () => {
      const npm = await npmThat(`writeFileSync('npm.pid', String(process.pid)); setInterval(() => 0, 1_000);`);
      const started = start(npm);
      const pidText = () => readFile(join(project, 'npm.pid'), 'utf8').catch(() => '');
      await eventually(async () => (await pidText()) !== '', { what: 'npm to install' });
      const pid = Number(await pidText());
      started.process.kill('SIGTERM');
      expect(await started.ended).toBe(143);
      expect(lives(pid)).toBe(false);
    });

    it('shows why they cannot be installed and says what to do', async () => {
      const npm = await npmThat(`console.error('no route to the registry'); process.exit(1);`);
      const broken = start(npm);
      expect(await broken.ended).toBe(1);
      expect(broken.output()).toMatch(/✗ npm packages[^]*no route[^]*What to do: see what npm says/);
    });
  });
});
