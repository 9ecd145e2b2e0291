import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StepError } from './steps.mjs';

const IMAGE = process.env.LEDGERDESK_REDIS_IMAGE ?? 'docker.io/library/redis:7-alpine';
const START_MS = 30_000;

/** Ends with its standard input, so also when this process is killed. */
const KEEPER = `exec 3<&0
redis-server --save '' --appendonly yes --maxmemory-policy noeviction --hz 100 --protected-mode no </dev/null & server=$!
{ read -r _ <&3; kill $server; } & wait $server`;

const answersPing = (port) =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.on('error', () => done(false));
    socket.on('close', () => resolve(false));
    socket.on('data', (data) => done(data.toString().startsWith('+PONG')));
    socket.write('PING\r\n');
  });

/** A Redis on a free port of the loopback address, for as long as this process lives. */
export const startRedisContainer = async (docker, mustRun) => {
  const name = `ledgerdesk-redis-${randomUUID()}`;
  await mustRun(docker, ['pull', '--quiet', IMAGE]).catch((error) =>
    // Without network the image may be there from an earlier start.
    mustRun(docker, ['image', 'inspect', IMAGE]).catch(() => Promise.reject(error)),
  );
  const args = [
    'run',
    '--rm',
    '--interactive',
    '--name',
    name,
    '--publish',
    '127.0.0.1::6379',
    IMAGE,
    'sh',
    '-c',
    KEEPER,
  ];
  // A session of its own: Ctrl-C must reach the service first, and Redis last.
  const child = spawn(docker, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => (output = (output + data).slice(-4_000)));
  const exited = once(child, 'close');

  const giveUpAt = performance.now() + START_MS;
  while (child.exitCode === null && performance.now() < giveUpAt) {
    const port = await mustRun(docker, ['port', name, '6379/tcp']).then(
      (text) => Number(text.trim().split(':').at(-1)),
      () => undefined,
    );
    if (port && (await answersPing(port))) {
      const stop = async () => {
        child.stdin.end();
        await exited;
      };
      return { url: `redis://127.0.0.1:${port}`, stop };
    }
    await sleep(200);
  }
  child.stdin.end();
  throw new StepError('Redis did not start in its container.', { output });
};
