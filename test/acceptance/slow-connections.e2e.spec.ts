import { connect, type Socket } from 'node:net';
import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';

const ASK = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
const FILE = `POST /v1/service-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keyOf('administrator')}\r\n`;
const BODY = 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"customerId":';

/** A socket on which nothing is sent but what a test says, with all that came back. */
interface Connection {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly ended: () => boolean;
}

const connectTo = async (api: ApiInProcess): Promise<Connection> => {
  const { port } = new URL(api.server.listeningOrigin);
  let heard = '';
  let ended = false;
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => (ended = true));
  await eventually(() => !socket.connecting, { what: 'the connection' });
  return { socket, heard: () => heard, ended: () => ended };
};

const started = async (...settings: Parameters<typeof apiInProcess>): Promise<ApiInProcess> => {
  const api = await apiInProcess(...settings);
  await api.server.listen({ port: 0, host: '127.0.0.1' });
  return api;
};

describe('as served', () => {
  let api: ApiInProcess;
  beforeAll(async () => {
    api = await started();
  });
  afterAll(() => api.close());

  it('a connection is kept for longer than a load balancer keeps one idle (60 s), and each answer says how long', async () => {
    const { socket, heard } = await connectTo(api);
    socket.write(ASK);
    await eventually(() => heard().includes('\r\n\r\n'));
    const [, seconds] = /^Keep-Alive: timeout=(\d+)\r$/im.exec(heard()) ?? [];
    expect(Number(seconds)).toBeGreaterThan(60);
    expect(api.server.server.keepAliveTimeout).toBe(Number(seconds) * 1_000);
  });

  it('a request has 30 s to arrive, headers and body', () => {
    const { headersTimeout, requestTimeout } = api.server.server;
    expect({ headersTimeout, requestTimeout }).toEqual({ headersTimeout: 30_000, requestTimeout: 30_000 });
  });
});

describe('with little patience', () => {
  let api: ApiInProcess;
  beforeAll(async () => {
    const patience = { keepAliveMs: 1_500, requestMs: 200, unreadMs: 200, lookMs: 20 };
    api = await started(['default'], undefined, undefined, { patience });
  });
  afterAll(() => api.close());

  it.each([
    ['does not come', ''],
    ['stops in its headers', FILE],
    ['stops in its body', `${FILE}${BODY}`],
  ])('a request that %s is answered with 408 as a problem, and the connection ends', async (_, sent) => {
    const { socket, heard, ended } = await connectTo(api);
    socket.write(sent);
    await eventually(ended, { what: 'the end of the connection' });
    expect(heard()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(heard()).toMatch(/^Content-Type: application\/problem\+json\r$/m);
    expect(JSON.parse(heard().split('\r\n\r\n')[1] ?? '')).toMatchObject({ type: '/problems/timeout', status: 408 });
  });

  it('a byte now and then does not keep a request alive', async () => {
    const { socket, heard, ended } = await connectTo(api);
    socket.write(`${FILE}${BODY}`);
    const dripping = setInterval(() => socket.write(' '), 20);
    await eventually(ended, { what: 'the end of the connection' });
    clearInterval(dripping);
    expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('a connection that waits after an answer outlives that, and is ended in silence', async () => {
    const idle = await connectTo(api);
    idle.socket.write(ASK);
    await eventually(() => idle.heard().endsWith('}'));
    const late = await connectTo(api);
    await eventually(late.ended, { what: 'the end of what came after it' });
    const before = idle.heard();
    idle.socket.write(ASK);
    await eventually(() => idle.heard().length === 2 * before.length, { what: 'a second answer' });
    await eventually(idle.ended, { what: 'the end of the idle one' });
    expect(idle.heard().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('an answer may take longer than its request may', async () => {
    const { socket, heard } = await connectTo(api);
    const wait = 'Prefer: wait=1\r\nConnection: close\r\n\r\n';
    socket.write(`${FILE.replace('POST /v1/service-requests', 'GET /v1/service-requests?waitFor=999999')}${wait}`);
    await eventually(() => heard() !== '');
    expect(heard()).toMatch(/^HTTP\/1\.1 503 /);
  });
});
