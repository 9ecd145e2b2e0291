import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DatabaseSync } from '@photostructure/sqlite';
import { Redis } from 'ioredis';
import { MemoryEventStore } from '#event-store';
import { BullMqTimerQueue, startLocalRedis } from '#job-queue';
import { systemClock } from '#kernel';
import { createCheckpoints, openSqliteReadStore, Projector, waitForPosition } from '#read-store';
import { DeadlineTimers, ServiceRequestQueries, serviceRequestsProjection } from '#service-request';

const MINUTE_MS = 60_000;
/** A filing: three events. */
const HISTORY = new URL('../golden-streams/streams/request-missed-and-escalated.json', import.meta.url);

/** One real row, written by the projection. */
const projectOne = async (file) => {
  const database = openSqliteReadStore(file, 'write');
  const events = new MemoryEventStore();
  await createCheckpoints(database, events);
  const history = JSON.parse(readFileSync(HISTORY, 'utf8'));
  const { position } = await events.append(history.stream, 'none', history.events.slice(0, 3));
  const projector = new Projector(serviceRequestsProjection, events, database, {
    info: () => undefined,
    error: console.error,
  });
  await projector.start();
  await waitForPosition(database, serviceRequestsProjection.name, position, 10_000);
  await projector.stop();
  await database.destroy();
};

/** Copies of that row, each of a request of its own, due evenly between two times from now. */
const copyRow = (file, count, fromMs, toMs) => {
  const database = new DatabaseSync(file);
  const { name } = database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'deadlines%' ORDER BY name DESC`)
    .get();
  const columns = 'tenant, kind, cycle, revision, state, impact, customer_id, restricted';
  const instant = (ms) => `strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')`;
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;');
  database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
       INSERT INTO ${name} (request_id, ${columns}, due_at, check_at, obligation)
       SELECT printf('01980000-0000-7000-8000-%012d', i), ${columns}, ${instant('? + i * ?')}, ${instant('? + 1 + i * ?')},
              json_set(obligation, '$.serviceLevelAgreement.expirationTime', ${instant('? + i * ?')})
       FROM n, ${name}`,
    )
    .run(count, ...Array.from({ length: 3 }, () => [Date.now() + fromMs, (toMs - fromMs) / count]).flat());
  database.exec(`DELETE FROM ${name} WHERE check_at < '2026-07-14'`);
  database.exec('ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);');
  database.close();
};

const usedMegabytes = async (redis) => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))[1]) / 1e6;

const measured = async (work) => {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const before = process.cpuUsage();
  const begun = performance.now();
  const result = await work();
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(before);
  loop.disable();
  return { result, seconds, cpuSeconds: (user + system) / 1e6, blockedMs: Math.round(loop.max / 1e6) };
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** What the process still holds once nothing is left to collect; its resident size depends on when that was done last. */
const heldMegabytes = () => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

/** Sweeps over many open deadlines: what they cost the process, Redis, and time when Redis was emptied. */
const benchSpread = async (count, fromMs, toMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-million-'));
  const file = join(folder, 'views.db');
  await projectOne(file);
  copyRow(file, count, fromMs, toMs);
  const server = await startLocalRedis({
    directory: join(folder, 'redis'),
    binary: process.env.REDIS_SERVER ?? 'redis-server',
    onWarning: console.error,
  });
  const redis = new Redis(server.url);
  const queue = new BullMqTimerQueue({ url: server.url, name: 'deadlines' });
  const database = openSqliteReadStore(file, 'read');
  const timers = new DeadlineTimers(new MemoryEventStore(), new ServiceRequestQueries(database), queue, systemClock);
  const sweep = () => measured(() => timers.sweep(async () => undefined));
  const emptyMegabytes = await usedMegabytes(redis);
  const heldBefore = heldMegabytes();
  const first = await sweep();
  const heldAfterOne = heldMegabytes();
  const redisMegabytes = (await usedMegabytes(redis)) - emptyMegabytes;
  const steady = await sweep();
  for (let sweeps = 0; sweeps < 4; sweeps += 1) await sweep();
  const heldAfterSix = heldMegabytes();
  await redis.flushall();
  const again = await sweep();
  await queue.close();
  redis.disconnect();
  await server.close();
  await database.destroy();
  rmSync(folder, { recursive: true, force: true });
  return {
    open: count,
    armed: first.result.armed,
    redisMegabytes: Math.round(redisMegabytes),
    armSeconds: Number(first.seconds.toFixed(1)),
    rearmSeconds: Number(again.seconds.toFixed(1)),
    rearmed: again.result.armed,
    sweepCpuMs: Math.round(steady.cpuSeconds * 1_000),
    sweepPercentOfCore: Number(((steady.cpuSeconds / (steady.result.nextInMs / 1_000)) * 100).toFixed(2)),
    longestBlockMs: steady.blockedMs,
    heldMegabytes: Number((heldAfterOne - heldBefore).toFixed(1)),
    heldMoreMegabytes: Number((heldAfterSix - heldAfterOne).toFixed(1)),
  };
};

/** A million open deadlines: all far away, spread over a working day, and all due within ten minutes. */
export const benchMillion = async (count = 1_000_000) => ({
  quiet: await benchSpread(count, 60 * MINUTE_MS, 480 * MINUTE_MS),
  spread: await benchSpread(count, 2 * MINUTE_MS, 480 * MINUTE_MS),
  near: await benchSpread(count, 2 * MINUTE_MS, 10 * MINUTE_MS),
});

if (process.argv[1] === new URL(import.meta.url).pathname)
  console.log(JSON.stringify(await benchMillion(Number(process.argv[2] ?? 1_000_000)), null, 1));
