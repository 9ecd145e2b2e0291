import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TenantId } from '#kernel';
import { eventually } from '#testing';
import { Gate } from './gate.js';

const MOST = 512;

const post = (body: string, length = body.length): string =>
  `POST /things HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;

const UNREAD_MS = 100;
const SLOW_TO_ENTER = 'DELETE /things HTTP/1.1\r\nHost: here\r\n\r\n';

let server: FastifyInstance;
let port: number;
let underWay: FastifyReply[];
let batches: FastifyReply[];
let refused: number;
let tenantId: TenantId;
let entering: FastifyRequest[];
let mayEnter: Promise<void>;
let letEnter: () => void;
const sockets: Socket[] = [];

const send = (requests: string): Socket => {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined).write(requests);
  return socket;
};
const answer = (requests: string): Promise<string> => text(send(requests).end());

beforeEach(async () => {
  const gate = new Gate(UNREAD_MS);
  underWay = [];
  batches = [];
  refused = 0;
  tenantId = 'northwind' as TenantId;
  entering = [];
  mayEnter = new Promise((enter) => (letEnter = enter));
  server = fastify({
    serverFactory: (serve) => gate.createServer({ requireHostHeader: false }, serve),
    forceCloseConnections: true,
  });
  gate.watch(server, () => (refused += 1));
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', async (request) => {
    if (request.method === 'DELETE') {
      entering.push(request);
      await mayEnter;
    }
    request.principal = { tenantId, actor: { id: 'importer', role: 'system', kind: 'service' }, prefix: null };
  });
  server.delete('/things', (_, reply) => {
    underWay.push(reply);
    return reply;
  });
  server.get('/things', () => ({ things: [] }));
  server.post('/things', (_, reply) => {
    underWay.push(reply);
    return reply;
  });
  server.post('/batches', { config: { carriesCommands: true } }, (_, reply) => {
    batches.push(reply);
    return reply;
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.server.address() as AddressInfo);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const fill = async (): Promise<void> => {
  for (let command = 0; command < MOST; command += 1) send(post('{}'));
  await eventually(() => underWay.length === MOST, { what: 'as many commands as are let in' });
};

describe('the gate', () => {
  it('refuses a command that would only wait, with a problem that says when to come again', async () => {
    await fill();
    const refusal = await answer(post('{}').replace('/things', '/things?all=1'));
    expect(refusal).toMatch(/^HTTP\/1\.1 503 /);
    expect(refusal).toMatch(/\r\nretry-after: 1\r\n/);
    expect(refusal).toMatch(/\r\ncontent-type: application\/problem\+json\r\n/);
    expect(JSON.parse(refusal.slice(refusal.indexOf('{')))).toMatchObject({ status: 503, instance: '/things' });
    expect(refused).toBe(1);
    expect(underWay).toHaveLength(MOST);
  });

  it('lets reads pass, and commands again once others have ended', async () => {
    await fill();
    const read = 'GET /things HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n';
    expect(await answer(read)).toMatch(/^HTTP\/1\.1 200 /);
    for (const reply of underWay.splice(0)) reply.code(204).send();
    const socket = send(post('{}'));
    await eventually(() => underWay.length === 1, { what: 'the next command' });
    socket.destroy();
    expect(refused).toBe(0);
  });

  it('lets in eight batches of a tenant, which take no place of a command, and more once one has ended', async () => {
    const batch = post('{}').replace('/things', '/batches').replace('Host', 'Connection: close\r\nHost');
    const answers = Array.from({ length: 8 }, () => text(send(batch)));
    await eventually(() => batches.length === 8, { what: 'as many batches as are let in' });
    expect(await text(send(batch))).toMatch(/^HTTP\/1\.1 503 [^]*\r\nretry-after: 1\r\n/);
    expect(refused).toBe(1);
    tenantId = 'fabrikam' as TenantId;
    send(batch);
    await eventually(() => batches.length === 9, { what: 'a batch of another tenant' });
    await fill();
    for (const reply of underWay.splice(0)) reply.code(204).send();
    tenantId = 'northwind' as TenantId;
    batches[0]?.code(204).send();
    expect(await Promise.any(answers)).toMatch(/^HTTP\/1\.1 204 /);
    send(batch);
    await eventually(() => batches.length === 10, { what: 'the next batch' });
    expect(refused).toBe(1);
  });

  it('ends a batch whose answers nobody reads, and none that has nothing to read yet', async () => {
    const batch = post('{}').replace('/things', '/batches');
    const waiting = send(batch);
    await eventually(() => batches.length === 1, { what: 'a batch' });
    send(batch).pause();
    await eventually(() => batches.length === 2, { what: 'a batch of one who does not read' });
    const unread = batches[1];
    await unread?.code(200).send('x'.repeat(64 * 1024 * 1024));
    await eventually(() => unread?.raw.destroyed === true, { what: 'the end of the unread one' });
    const answered = once(waiting, 'data');
    await batches[0]?.code(200).send('answered late');
    expect(String(await answered)).toContain('answered late');
  });

  it('gives no place to bodies that do not come', async () => {
    for (let slow = 0; slow < MOST; slow += 1) send(post('{', 2));
    await eventually(() => sockets.every((socket) => socket.bytesWritten > 0), { what: 'slow senders' });
    await fill();
    expect(underWay).toHaveLength(MOST);
  });

  it('has one place for a connection, whatever is sent on it, and gives it back when that breaks', async () => {
    for (let round = 0; round < 20; round += 1) send(post('{}').repeat(100));
    await eventually(() => underWay.length === 20, { what: 'the first command of each' });
    for (const socket of sockets.splice(0)) socket.destroy();
    underWay.length = 0;
    await fill();
    expect(refused).toBe(0);
  });

  it('keeps no place for whoever is gone before the place is taken', async () => {
    for (let round = 0; round < 20; round += 1) send(SLOW_TO_ENTER);
    await eventually(() => entering.length === 20, { what: 'callers who are looked up' });
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually(() => entering.every(({ raw }) => raw.destroyed), { what: 'callers who are gone' });
    letEnter();
    await fill();
    expect(refused).toBe(0);
  });

  it('answers what came on one connection in its order', async () => {
    const socket = send(post('{}').repeat(3));
    const answers = text(socket);
    for (let command = 1; command <= 3; command += 1) {
      await eventually(() => underWay.length === command, { what: `command ${command}` });
      await underWay[command - 1]?.code(200).send({ command });
    }
    socket.end();
    expect((await answers).match(/"command":\d/g)).toEqual(['"command":1', '"command":2', '"command":3']);
  });

  it('hangs up on a client that sends without end and reads nothing', async () => {
    const socket = send(post('{}').repeat(200));
    await eventually(() => socket.closed, { what: 'the end of the connection' });
    expect(underWay).toHaveLength(1);
  });
});
