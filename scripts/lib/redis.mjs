import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { capture, findProgram, mustRun } from './run.mjs';
import { startRedisContainer } from './redis-container.mjs';
import { step, StepError } from './steps.mjs';

const SERVERS = ['redis-server', 'valkey-server'];

/** What installs Redis or Valkey without a question, by package manager; the names are tried in turn. */
const MANAGERS = [
  {
    program: 'apt-get',
    refresh: ['update'],
    install: ['install', '-y', '--no-install-recommends'],
    names: ['redis-server', 'valkey-server'],
  },
  { program: 'dnf', install: ['install', '-y'], names: ['valkey', 'redis'] },
  { program: 'yum', install: ['install', '-y'], names: ['redis'] },
  { program: 'apk', install: ['add', '--no-cache'], names: ['redis', 'valkey'] },
  { program: 'pacman', install: ['-Sy', '--noconfirm'], names: ['valkey', 'redis'] },
  { program: 'zypper', install: ['--non-interactive', 'install'], names: ['valkey', 'redis'] },
  { program: 'brew', install: ['install'], names: ['redis'], unprivileged: true },
];

// RUNLEVEL=1 keeps Debian from starting the server that it installs: Ledgerdesk starts its own.
const QUIET = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', HOMEBREW_NO_AUTO_UPDATE: '1' };

const CURE =
  'install Redis 6.2 or newer (or Valkey) so that redis-server is on the PATH, or set REDIS_URL to one that runs.';

/** What stands before a command that needs root; undefined when we may not. */
const privilege = async () => {
  if (process.getuid?.() === 0) return [];
  const sudo = await findProgram('sudo');
  if (sudo === undefined || (await capture(sudo, ['-n', 'true'])).code !== 0) return undefined;
  return [sudo, '-n', 'env', ...Object.entries(QUIET).map(([name, value]) => `${name}=${value}`)];
};

/** Undefined when there is no package manager that we may use. */
const findInstaller = async () => {
  const asRoot = await privilege();
  for (const manager of MANAGERS) {
    const file = await findProgram(manager.program);
    const prefix = manager.unprivileged ? [] : asRoot;
    if (file !== undefined && prefix !== undefined) return { ...manager, command: [...prefix, file] };
  }
  return undefined;
};

const install = async ({ command, refresh, install: args, names }) => {
  const run = (more) => {
    const [program, ...rest] = [...command, ...more];
    return capture(program, rest, { env: { ...process.env, ...QUIET } });
  };
  let output = '';
  // A list that cannot be refreshed may still do.
  if (refresh) output += (await run(refresh)).output;
  for (const name of names) {
    const result = await run([...args, name]);
    output += result.output;
    const server = await findProgram(...SERVERS);
    if (result.code === 0 && server !== undefined) return server;
  }
  throw new StepError('Redis could not be installed.', { output, cure: CURE });
};

/** The path of a Redis server, installed when need be; undefined when there is none and we cannot. */
const ensureServer = async () => {
  const found = await findProgram(...SERVERS);
  if (found !== undefined) return found;
  const installer = await findInstaller();
  if (installer === undefined) return undefined;
  return step(`Redis (by ${installer.program})`, () => install(installer)).catch((error) => {
    if (error.output) process.stdout.write(`${error.output.trimEnd().split('\n').slice(-5).join('\n')}\n`);
    return undefined;
  });
};

/** For `npm test`: @throws StepError */
export const requireRedisServer = async () => {
  const server = await ensureServer();
  if (server === undefined) throw new StepError('There is no redis-server to test with.', { cure: CURE });
  return server;
};

const namesRedis = ({ REDIS_URL, REDIS_URL_FILE }) => Boolean(REDIS_URL || REDIS_URL_FILE);

/** As the service reads it; what is wrong with it, the service says. */
const readEnvFile = () => (existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {});

/** For `npm start`: what to add to the service's environment, and how to end what was started. @throws StepError */
export const ensureRedis = async () => {
  if (namesRedis(process.env) || namesRedis(readEnvFile())) return { environment: {}, stop: async () => undefined };
  const server = await ensureServer();
  if (server !== undefined) return { environment: {}, server, stop: async () => undefined };
  const docker = await findProgram('docker', 'podman');
  const works = docker !== undefined && (await capture(docker, ['info'])).code === 0;
  if (!works) throw new StepError('Ledgerdesk needs Redis for its timers and found none.', { cure: CURE });
  const container = await step('Redis (in a container)', () => startRedisContainer(docker, mustRun));
  return { environment: { REDIS_URL: container.url }, stop: container.stop };
};
