import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually, RedisServer } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';

const WITHOUT_KEY = { LEDGERDESK_API_KEY: '' };

const listening = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });

const freePort = async (): Promise<number> => {
  const server = await listening();
  const { port } = server.address() as AddressInfo; // as listened
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** The key that a start shows. */
const shownKey = ({ output }: Ledgerdesk): string | undefined => /^ {2}(ldk_\S+)$/m.exec(output)?.[1];

it('keeps the first key for a start that can show it: one whose port was taken issues none', async () => {
  const occupant = await listening();
  const { port } = occupant.address() as AddressInfo; // as listened
  const environment = { ...WITHOUT_KEY, PORT: String(port) };
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-port-'));
  const failed = Ledgerdesk.start({ ...environment, LEDGERDESK_DATA_DIR: folder });
  await expect(failed).rejects.toThrow('Another program listens there already');
  await expect(failed).rejects.not.toThrow(/^\s+at /m);
  await new Promise((resolve) => occupant.close(resolve));
  const service = await Ledgerdesk.start({ ...environment, LEDGERDESK_DATA_DIR: folder });
  const key = shownKey(service);
  const { status } = await fetch(`${service.url}/v1/service-requests`, { headers: { authorization: `Bearer ${key}` } });
  expect(status).toBe(200);
  await service.end();
  await service.startAgain();
  expect(shownKey(service)).toBeUndefined();
  await service.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('what keeps it from starting', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-start-'));
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'locked', 'views.db.lock'), { recursive: true });
    mkdirSync(join(folder, 'damaged'));
    writeFileSync(join(folder, 'damaged', 'events.db'), Buffer.alloc(8_192, 7));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each<[environment: Record<string, string>, sentence: string]>([
    [{ data: 'file' }, 'LEDGERDESK_DATA_DIR to a folder of yours'],
    [{ data: 'file/inside' }, 'LEDGERDESK_DATA_DIR to a folder of yours'],
    [{ data: '/proc/ledgerdesk/data' }, 'LEDGERDESK_DATA_DIR to a folder of yours'],
    [{ data: 'locked' }, "Look after the disk and the folder's permissions"],
    [{ data: 'damaged' }, 'Restore it from a backup'],
    [{ HOST: '192.0.2.1' }, 'HOST is no address of this machine'],
    [{ REDIS_URL: 'redis://:sword/fish@localhost' }, 'REDIS_URL is no valid address'],
    [{ KURRENTDB_URL: 'kurrentdb://admin:sword/fish@localhost' }, 'KURRENTDB_URL is not understood'],
    [{ KURRENTDB_URL: 'kurrentdb://admin@localhost:swordfish' }, 'expected port number'],
    [
      { KURRENTDB_URL: 'kurrentdb://admin:swordfish@127.0.0.1:1?tls=false' },
      'The event store at 127.0.0.1:1 cannot be used (',
    ],
    [
      { KURRENTDB_URL: 'kurrentdb://admin:swordfish@127.0.0.1:1?tls=false&throwOnAppendFailure=1' },
      'expected true or false',
    ],
  ])('is told in a sentence, without a secret: %p', async ({ data = '', ...environment }, sentence) => {
    const failed = Ledgerdesk.start({ ...environment, LEDGERDESK_DATA_DIR: resolve(folder, data) });
    await expect(failed).rejects.toThrow(sentence);
    await expect(failed).rejects.not.toThrow(/^\s+at |fish/m);
  });
});

it('does not start on a writer of events that dies meanwhile, and says what it died of', async () => {
  const preload = pathToFileURL(resolve(__dirname, '../support/dying-writer.mjs')).href;
  const failed = Ledgerdesk.start({ NODE_OPTIONS: `--import ${preload}` });
  await expect(failed).rejects.toThrow('Ledgerdesk ended with 1:');
  await expect(failed).rejects.toThrow('A part of Ledgerdesk died while it was starting.');
  await expect(failed).rejects.toThrow('The disk is gone.');
});

it('keeps its files to itself, in a folder that others could enter too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-private-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o755 });
  const service = await Ledgerdesk.start({ LEDGERDESK_DATA_DIR: data });
  const others = (path: string): number => statSync(path).mode & 0o077;
  const files = readdirSync(data).map((name) => join(data, name));
  expect(files.length).toBeGreaterThan(3);
  expect([data, ...files].filter((path) => others(path) !== 0)).toEqual([]);
  await service.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('builds damaged read models anew', async () => {
  const service = await (await Ledgerdesk.start()).withContoso();
  const { body } = await service.post('/v1/service-requests', {
    customerId: 'contoso',
    title: 'Kept',
    impact: 'minimal',
  });
  await service.end();
  const data = join(service.folder, 'data');
  for (const name of readdirSync(data).filter((file) => /^views\.db-/.test(file))) rmSync(join(data, name));
  writeFileSync(join(data, 'views.db'), Buffer.alloc(8_192, 7));
  await service.startAgain();
  const address = `/v1/service-requests/${String(body['id'])}`;
  await eventually(async () => (await service.get(address)).status === 200);
  expect((await service.get(address)).body).toMatchObject({ title: 'Kept' });
  await service.remove();
});

it('tells all that its timers cannot be kept, and the log alone why', async () => {
  const redis = await RedisServer.start();
  const service = await Ledgerdesk.start({ REDIS_URL: redis.url });
  await eventually(async () => (await service.get('/health/ready')).status === 200);
  await redis.withClient((client) => client.config('SET', 'maxmemory', '1'));
  await eventually(async () => (await service.get('/health/ready')).status === 503);
  const { body } = await service.get('/health/ready');
  const queue = { ok: false, reason: 'The timer queue cannot be used. The log tells why.' };
  expect(body).toMatchObject({ status: 'notReady', parts: { queue } });
  await eventually(() => /"msg":"Not ready"/.test(service.output));
  expect(service.output).toMatch(/"reason":"queue: [^"]*OOM command not allowed/);
  await service.remove();
  await redis.close();
});

it('never writes the password of Redis anywhere', async () => {
  const port = await freePort();
  const redis = await RedisServer.start('--port', String(port));
  await redis.withClient((client) => client.config('SET', 'requirepass', 'another'));
  const password = 'swordfish-of-the-operator';
  const service = await Ledgerdesk.start({
    REDIS_URL: `redis://:${password}@127.0.0.1:${port}`,
    LOG_LEVEL: 'trace',
  });
  await eventually(async () => (await service.get('/health/ready')).status === 503);
  await eventually(() => service.output.includes('Timer queue'));
  expect(service.output).not.toContain(password);
  expect(JSON.stringify((await service.get('/health/ready')).body)).not.toMatch(/127\.0\.0\.1|swordfish|redis/i);
  await service.remove();
  await redis.close();
});
