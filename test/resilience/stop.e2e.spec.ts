import { connect, type Socket } from 'node:net';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import { EventReader } from '../support/sse.js';

const LONGEST_STOP_MS = 5_000;

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

/** Sends what is given and waits for the rest that never comes. */
const halfRequest = async (text: string): Promise<Socket> => {
  const { hostname, port } = new URL(ledgerdesk.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return socket;
};

it('stops in time and cleanly, whatever its clients have left open, and has everything when it starts again', async () => {
  const reader = new EventReader(`${ledgerdesk.url}/v1/alerts/stream`, TEST_KEY);
  await reader.connect();
  const sockets = await Promise.all([
    halfRequest('POST /v1/service-requests HTTP/1.1\r\nHost: x\r\n'),
    halfRequest(
      `POST /v1/service-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TEST_KEY}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"customerId":`,
    ),
  ]);
  const gone = await halfRequest(
    `GET /v1/alerts/stream?waitFor=100 HTTP/1.1\r\nHost: x\r\nPrefer: wait=30\r\nAuthorization: Bearer ${TEST_KEY}\r\n\r\n`,
  );
  // Answered, so that the one before is waiting by now.
  expect((await ledgerdesk.get('/health/live')).status).toBe(200);
  gone.resetAndDestroy();
  const waiting = ledgerdesk.get('/v1/service-requests?waitFor=999999999').catch(() => undefined);
  const filed = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      ledgerdesk.post('/v1/service-requests', { customerId: 'contoso', title: `No. ${index}`, impact: 'minimal' }),
    ),
  );
  expect(filed.map(({ status }) => status)).toEqual(filed.map(() => 201));
  await ledgerdesk.post('/v1/projections/service-requests/rebuild', undefined);
  const begun = performance.now();
  expect(await ledgerdesk.end('SIGINT')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(LONGEST_STOP_MS);
  await Promise.all([waiting, reader.disconnect()]);
  for (const socket of sockets) socket.destroy();
  await ledgerdesk.startAgain();
  const { body } = await ledgerdesk.get<{ items: readonly unknown[] }>('/v1/service-requests?limit=200');
  expect(body.items).toHaveLength(50);
});
