import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '#event-store';
import { eventIdOf, newUuid, systemClock } from '#kernel';
import { httpLoop, httpRequest, measure } from './load.mjs';
import { KEY, registerContoso, startService } from './service.mjs';

const BODY = JSON.stringify({
  customerId: 'contoso',
  title: 'Mail does not arrive',
  impact: 'critical',
  description: 'Since this morning nobody receives mail.',
});

const newEvents = () => {
  const commandId = newUuid();
  const meta = {
    commandId,
    correlationId: commandId,
    tenantId: 'default',
    actor: { id: 'bench', role: 'administrator', kind: 'service' },
  };
  return [420, 130, 430].map((bytes, index) => ({
    id: eventIdOf(commandId, index),
    type: `Bench${index}`,
    schemaVersion: 1,
    recordedAt: systemClock.now(),
    data: { text: 'x'.repeat(bytes) },
    meta,
  }));
};

const rawStore = async (inFlight, seconds) => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-bench-'));
  const store = await SqliteEventStore.open(join(folder, 'events.db'));
  const result = await measure(
    inFlight,
    seconds,
    async () => () => store.append(`bench-${newUuid()}`, 'none', newEvents()),
  );
  await store.close();
  rmSync(folder, { recursive: true });
  return result;
};

const overHttp = async (inFlight, seconds, options = {}) => {
  const service = await startService(options);
  if (options.main === undefined) await registerContoso(service);
  const request = httpRequest({ path: '/v1/service-requests', host: new URL(service.url).host, key: KEY, body: BODY });
  const result = await measure(inFlight, seconds, httpLoop(service.url, request, 201));
  await service.stop();
  service.remove();
  return result;
};

const BARE = { main: new URL('./bare-nest.mjs', import.meta.url).pathname };
const WITHOUT_ACCESS = {
  flags: ['--import', new URL('./without-access.mjs', import.meta.url).href],
  environment: { LEDGERDESK_RATE_LIMIT: '0' },
};

const faster = (one, other) => (one.perSecond > other.perSecond ? one : other);

/** The better of two runs each, in turns: what is compared differs by less than a shared machine does by the minute. */
const withAndWithoutAccess = async (inFlight, seconds) => {
  const [one, open, other, openAgain] = [
    await overHttp(inFlight, seconds),
    await overHttp(inFlight, seconds, WITHOUT_ACCESS),
    await overHttp(inFlight, seconds),
    await overHttp(inFlight, seconds, WITHOUT_ACCESS),
  ];
  return { filing: faster(one, other), withoutAccess: faster(open, openAgain) };
};

/** Filings a second, single and 64 in flight, beside the raw store and a bare validated route: one run, so ratios hold. */
export const benchFiling = async (seconds = 5) => {
  const results = {};
  for (const inFlight of [1, 64])
    results[inFlight] = {
      rawStore: await rawStore(inFlight, seconds),
      bareRoute: await overHttp(inFlight, seconds, BARE),
      ...(await withAndWithoutAccess(inFlight, seconds)),
    };
  return results;
};

if (process.argv[1] === new URL(import.meta.url).pathname)
  console.log(JSON.stringify(await benchFiling(Number(process.argv[2] ?? 5)), null, 1));
