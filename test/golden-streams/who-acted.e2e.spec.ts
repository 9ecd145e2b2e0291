import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyItem, type NewEvent, SqliteEventStore } from '#event-store';
import { history } from '../../apps/cli/src/history.js';
import { palette } from '../../apps/cli/src/paint.js';
import { replay } from '../../apps/cli/src/replay.js';
import { apiInProcess, keyOf } from '../support/api-in-process.js';
import { callerOf } from '../support/call.js';

interface Golden {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

const golden = (name: string): Golden =>
  JSON.parse(readFileSync(join(__dirname, 'streams', `${name}.json`), 'utf8')) as Golden;

const REQUEST = golden('request-worked-on-behalf');
const ALERT = golden('alert-in-a-trace');
const FILED_IN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const ANSWERED_IN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
const ann = 'ann@fabrikam.example';
const plain = palette(false);

describe('in a recorded stream', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-golden-'));
    const store = await SqliteEventStore.open(join(folder, 'events.db'));
    for (const { stream, events } of [REQUEST, ALERT]) await store.append(stream, 'none', events);
    await store.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = async (stream: string) => {
    const store = SqliteEventStore.openForReading(join(folder, 'events.db'));
    const events = await store.readStream(stream);
    await store.close();
    return events.map(historyItem);
  };

  it('who acted for whom, in which trace, is read as on the day it was recorded', async () => {
    const told = (await read(REQUEST.stream)).map(({ onBehalfOf, traceparent, tracestate }) => ({
      onBehalfOf,
      traceparent,
      tracestate,
    }));
    const filed = { onBehalfOf: ann, traceparent: FILED_IN, tracestate: 'portal=t61' };
    const nobody = {};
    expect(told).toEqual([
      ...[filed, filed, filed],
      ...[{ onBehalfOf: 'bob@fabrikam.example' }, { onBehalfOf: 'bob@fabrikam.example' }],
      nobody,
      ...[{ traceparent: ANSWERED_IN }, { traceparent: ANSWERED_IN }],
      { onBehalfOf: ann, traceparent: ANSWERED_IN },
      nobody,
    ]);
    expect(await read(ALERT.stream)).toMatchObject([{ traceparent: ANSWERED_IN }, { traceparent: FILED_IN }]);
  });

  it('who acted for whom stands in the terminal: history and replay', async () => {
    const id = REQUEST.stream.slice('serviceRequest-contoso.'.length);
    const shown = await history(id, { data: folder, tenant: 'contoso' }, plain);
    const replayed: string[] = [];
    const output = { lines: async (lines: readonly string[]) => void replayed.push(...lines) };
    const bar = { update: () => undefined, clear: () => undefined };
    await replay({ data: folder, tenant: 'contoso' }, { output, bar, palette: plain });
    const service = 'key:contoso-service';
    const actors = [
      ...Array.from({ length: 3 }, () => `${service} for ${ann}`),
      ...Array.from({ length: 2 }, () => `${service} for bob@fabrikam.example`),
      ...[service, service, 'key:contoso-operator', `${service} for ${ann}`, 'key:contoso-operator'],
    ];
    const byLine = actors.map((actor): unknown => expect.stringContaining(`  ${actor}  `));
    expect(shown.slice(1)).toEqual(byLine);
    const alert: readonly unknown[] = [
      expect.stringContaining('  open-alerts  '),
      expect.stringContaining('  key:contoso-operator  '),
    ];
    expect(replayed.slice(1)).toEqual([...byLine, ...alert]);
  });
});

it('a command recorded long ago is known again for the same person, and for no other (G4)', async () => {
  const api = await apiInProcess(['contoso']);
  await api.events.append(REQUEST.stream, 'none', REQUEST.events);
  const filing = { customerId: 'fabrikam', title: 'Mail does not arrive', impact: 'critical', channel: 'portal' };
  const file = (person: string) =>
    callerOf(() => api, keyOf('service', 'contoso'))<{ id: string }>('POST', '/v1/service-requests', filing, {
      'ledgerdesk-on-behalf-of': person,
      'idempotency-key': 'file-1',
    });
  const again = await file(ann);
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
  expect(REQUEST.stream).toContain(again.body.id);
  expect((await file('bob@fabrikam.example')).status).toBe(409);
  await api.close();
});
