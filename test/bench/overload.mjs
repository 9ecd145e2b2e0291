// npm run overload: three times as many filings as the service can take, for a minute (OVERLOAD_SECONDS).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteEventStore } from '#event-store';
import { Connection, httpLoop, httpRequest, measure, percentile } from './load.mjs';
import { KEY, registerContoso, startService } from './service.mjs';

const SECONDS = Number(process.env.OVERLOAD_SECONDS ?? 60);
const TIMES = 3;
const CONNECTIONS = 1_500;
const ROUND_MS = 5;

const BODY = JSON.stringify({ customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' });

const megabytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024;

/** Sends at its own pace, whatever is answered, on connections that are open already, as clients with pools have them. */
const flood = async (url, request, perSecond) => {
  const { hostname, port } = new URL(url);
  const free = [];
  for (let opened = 0; opened < CONNECTIONS; opened += 1) free.push(await Connection.open(hostname, Number(port)));
  const underWay = new Set();
  const answers = { taken: [], refused: [], ids: [], others: new Map(), unsent: 0 };
  const send = async () => {
    // The one that was idle for longest: those that nobody uses for half a minute are ended.
    const connection = free.shift();
    if (connection === undefined) {
      answers.unsent += 1;
      return;
    }
    const asked = performance.now();
    const { status, body } = await connection.send(request).catch(({ code }) => ({ status: code }));
    const tookMs = performance.now() - asked;
    if (status === 201) {
      answers.taken.push(tookMs);
      answers.ids.push(JSON.parse(body).id);
    } else if (status === 503) answers.refused.push(tookMs);
    else answers.others.set(status, (answers.others.get(status) ?? 0) + 1);
    if (typeof status === 'number') free.push(connection);
  };
  const begun = performance.now();
  let sent = 0;
  for (let now = begun; now < begun + SECONDS * 1_000; now = performance.now()) {
    for (const due = ((now - begun) * perSecond) / 1_000; sent < due; sent += 1) {
      const sending = send().finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await sleep(ROUND_MS);
  }
  await Promise.all(underWay);
  for (const { socket } of free) socket.destroy();
  return { ...answers, sent };
};

const sorted = (values) => Float64Array.from(values).sort();
const ms = (values, percent) => `${(percentile(sorted(values), percent) ?? 0).toFixed(0)} ms`;

const recovered = async (url, request) => {
  const once = await httpLoop(url, request, 201)();
  const begun = performance.now();
  for (;;) {
    const asked = performance.now();
    await once().catch(() => undefined);
    const answered = performance.now();
    if (answered - asked < 50) return answered - begun;
  }
};

const service = await startService();
await registerContoso(service);
const request = httpRequest({ path: '/v1/service-requests', host: new URL(service.url).host, key: KEY, body: BODY });
const { perSecond } = await measure(64, 8, httpLoop(service.url, request, 201));
process.stdout.write(`capacity: ${perSecond} filings/s with 64 in flight; now ${TIMES} times that for ${SECONDS} s\n`);

const before = megabytes(service.pid);
let most = before;
const watch = setInterval(() => (most = Math.max(most, megabytes(service.pid))), 250);
const { taken, refused, others, unsent, ids, sent } = await flood(service.url, request, TIMES * perSecond);
const recoveredMs = await recovered(service.url, request);
clearInterval(watch);
const { body: last } = await service.send('POST', '/v1/service-requests', JSON.parse(BODY));
const behind = performance.now();
await service.send('GET', `/v1/service-requests/${last.id}?waitFor=${last.position}`);
const lagMs = performance.now() - behind;
await service.stop();

const store = SqliteEventStore.openForReading(join(service.folder, 'events.db'));
const recorded = new Set();
for (let after; ;) {
  const events = await store.readAll({ after, limit: 5_000 });
  for (const { type, data } of events) if (type === 'RequestFiled') recorded.add(data.requestId);
  if (events.length === 0) break;
  after = events.at(-1).position;
}
await store.close();
const lost = ids.filter((id) => !recorded.has(id)).length;
service.remove();

process.stdout.write(`
| | per second | p50 | p99 | slowest |
| --- | --- | --- | --- | --- |
| sent | ${Math.round(sent / SECONDS)} | | | |
| accepted | ${Math.round(taken.length / SECONDS)} | ${ms(taken, 50)} | ${ms(taken, 99)} | ${ms(taken, 100)} |
| refused with 503 | ${Math.round(refused.length / SECONDS)} | ${ms(refused, 50)} | ${ms(refused, 99)} | ${ms(refused, 100)} |

${CONNECTIONS} connections, ${unsent} not sent for want of one; other answers: ${JSON.stringify([...others])}
memory ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most
answers under 50 ms again after ${recoveredMs.toFixed(0)} ms; views caught up after another ${lagMs.toFixed(0)} ms
accepted and lost: ${lost} of ${ids.length}
`);
process.exitCode = lost === 0 && others.size === 0 ? 0 : 1;
