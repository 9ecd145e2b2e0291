import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { SqliteEventStore } from '#event-store';
import { BullMqTimerQueue } from '#job-queue';
import { instantFromMs, newUuid } from '#kernel';
import { Connections, httpRequest, percentile } from './load.mjs';
import { KEY, registerContoso, startService } from './service.mjs';

/** Files requests that fall due inside one minute, and reads from the events how late each breach was found. */
export const benchLateness = async (count = 10_000) => {
  const service = await startService();
  await registerContoso(service);
  const budgets = Array.from({ length: 60 }, (_, second) => second + 20);
  for (const seconds of budgets)
    await service.send('PUT', `/v1/sla/policies/in-${seconds}`, {
      displayName: `${seconds} s`,
      obligation: 'partnerFirstResponse',
      rules: [{ when: {}, budget: `PT${seconds}S`, calendarId: 'always' }],
    });
  const host = new URL(service.url).host;
  const requests = budgets.map((seconds) =>
    httpRequest({
      path: '/v1/service-requests',
      host,
      key: KEY,
      body: JSON.stringify({ customerId: 'contoso', title: 'Due soon', impact: 'critical', policyId: `in-${seconds}` }),
    }),
  );
  const connections = await Connections.open(service.url, 32);
  for (let sent = 0; sent < count;) {
    if (connections.send(requests[sent % requests.length])) sent += 1;
    else await new Promise((resolve) => setImmediate(resolve));
  }
  await connections.close();
  for (let open = 1; open > 0;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    open = (await service.send('GET', '/v1/deadlines?state=open&limit=1')).body.items.length;
  }
  await service.stop();
  const store = SqliteEventStore.openForReading(join(service.folder, 'events.db'));
  const breaches = await store.readAll({ limit: 1_000_000, types: ['ResponseBreached'] });
  await store.close();
  service.remove();
  const late = breaches.map(({ data }) => Date.parse(data.detectedAt) - Date.parse(data.dueAt)).sort((a, b) => a - b);
  return {
    due: count,
    breaches: late.length,
    p50Ms: percentile(late, 50),
    p99Ms: percentile(late, 99),
    maxMs: late.at(-1),
  };
};

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Arms many timers on an empty Redis: its bytes, and the time. */
export const benchArming = async (count = 100_000) => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-bench-'));
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'yes'], {
    stdio: 'ignore',
  });
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  // Until the server listens.
  client.on('error', () => undefined);
  await client.ping();
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1]);
  const before = await used();
  const queue = new BullMqTimerQueue({ url, name: 'bench' });
  const dueAt = instantFromMs(Date.now() + 600_000);
  const timers = Array.from({ length: count }, () => {
    const requestId = newUuid();
    return {
      id: `default.${requestId}.programFirstResponse.1.r1`,
      dueAt,
      payload: { tenantId: 'default', requestId, kind: 'programFirstResponse', cycle: 1, revision: 1 },
    };
  });
  const begun = performance.now();
  for (let from = 0; from < count; from += 1_000) await queue.arm(timers.slice(from, from + 1_000));
  const seconds = (performance.now() - begun) / 1_000;
  const bytes = (await used()) - before;
  await queue.close();
  client.disconnect();
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exited;
  rmSync(folder, { recursive: true });
  return {
    timers: count,
    seconds: Number(seconds.toFixed(1)),
    bytesEach: Math.round(bytes / count),
    megabytes: Math.round(bytes / 1e6),
  };
};
