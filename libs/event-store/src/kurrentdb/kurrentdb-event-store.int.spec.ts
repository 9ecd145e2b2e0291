import type { JsonObject } from '#kernel';
import { type KurrentDbStandIn, newEvents, startKurrentDbStandIn } from '#testing';
import { type EventStoreFaults, newCommandId, uniqueStream } from '../contract/harness.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { CommandReusedError, EventTooLargeError, WrongRevisionError } from '../errors.js';
import { CLAIM_TYPE } from './claims.js';
import { KurrentDbEventStore } from './kurrentdb-event-store.js';

jest.setTimeout(60_000);

const options = { appendTimeoutMs: 2_000, readTimeoutMs: 3_000 };
let server: KurrentDbStandIn;
const open = () => KurrentDbEventStore.open(server.url, options);

beforeAll(async () => {
  server = await startKurrentDbStandIn();
});
afterAll(() => server.close());

const faults: EventStoreFaults = {
  killServer: () => server.link.cut(),
  restartServer: () => server.link.restore(),
  freeze: async () => server.link.hold('everything'),
  thaw: async () => server.link.hold('nothing'),
  dropSlowConsumer: async () => server.dropSubscriptions(),
};

eventStoreContract('KurrentDB stand-in', {
  open,
  reopen: open,
  tombstone: async (stream) => server.log.tombstone(stream),
  faults,
});

describe('the KurrentDB event store', () => {
  it('takes the same data in another order of its keys for the same', async () => {
    const store = await open();
    const stream = uniqueStream();
    const commandId = newCommandId();
    const noted = (data: JsonObject) => newEvents(1, { commandId, data: () => data });
    const result = await store.append(stream, 'none', noted({ a: 1, b: { c: 2, d: 3 } }));
    expect(await store.append(stream, 'none', noted({ b: { d: 3, c: 2 }, a: 1 }))).toMatchObject(result);
    expect(server.log.read(stream).entries).toHaveLength(1);
    await store.close();
  });

  it('tells a repeat of its own from what another client has recorded', async () => {
    const [store, other] = [await open(), await open()];
    const stream = uniqueStream();
    const events = newEvents(2, { fingerprint: 'body' });
    const result = await store.append(stream, 'none', events);
    expect(await store.append(stream, 'none', events)).toStrictEqual(result);
    expect(await other.append(stream, 'none', events)).toStrictEqual({ ...result, isRepeat: true });
    expect(server.log.read(stream).entries).toHaveLength(2);
    await Promise.all([store.close(), other.close()]);
  });

  it('keeps a key for the stream it was meant for, when nothing but the claim was written', async () => {
    const store = await open();
    const stream = uniqueStream();
    const events = newEvents(2, { fingerprint: 'body' });
    const head = await store.head();
    await expect(store.append(stream, 5n, events)).rejects.toThrow(WrongRevisionError);
    expect(await store.head()).toBe(head);
    await expect(store.append(uniqueStream(), 'none', events)).rejects.toThrow(CommandReusedError);
    await expect(store.append(stream, 'none', events)).resolves.toMatchObject({ revision: 1n });
    await store.close();
  });

  it('writes nothing more for a command without a key, and claims nothing for one that is too large', async () => {
    const store = await open();
    const before = server.log.entries.filter(({ type }) => type === CLAIM_TYPE).length;
    await store.append(uniqueStream(), 'none', newEvents());
    const large = newEvents(1, { fingerprint: 'body', data: () => ({ text: 'x'.repeat(1024 * 1024) }) });
    await expect(store.append(uniqueStream(), 'none', large)).rejects.toThrow(EventTooLargeError);
    expect(server.log.entries.filter(({ type }) => type === CLAIM_TYPE)).toHaveLength(before);
    await store.close();
  });
});
