import { eventually, type KurrentDbStandIn, newEvents, startKurrentDbStandIn } from '#testing';
import { Follower } from '../contract/follow.contract.js';
import { appendNew, uniqueStream, uniqueType } from '../contract/harness.contract.js';
import { OutcomeUnknownError, StoreUnavailableError } from '../errors.js';
import { KurrentDbEventStore } from './kurrentdb-event-store.js';

jest.setTimeout(60_000);

describe('the KurrentDB event store, when its server fails', () => {
  const options = { appendTimeoutMs: 1_000, readTimeoutMs: 2_000 };
  let server: KurrentDbStandIn;
  let store: KurrentDbEventStore;
  const recovers = () => eventually(async () => (await store.health()).ok, { timeoutMs: 20_000, what: 'health' });

  beforeEach(async () => {
    server = await startKurrentDbStandIn();
    store = await KurrentDbEventStore.open(server.url, options);
  });
  afterEach(async () => {
    server.link.hold('nothing');
    await store.close();
    await server.close();
  });

  it('does not know the outcome of an append that was written but never answered, until it is repeated', async () => {
    const { stream } = await appendNew(store, 1);
    const events = newEvents(2);
    server.link.hold('answers');
    const outcome = store.append(stream, 0n, events).catch((error: unknown) => error);
    await eventually(() => server.log.read(stream).entries.length === 3, { what: 'the write' });
    await server.link.cut();
    expect(await outcome).toBeInstanceOf(OutcomeUnknownError);
    server.link.hold('nothing');
    await server.link.restore();
    await recovers();
    expect((await store.append(stream, 0n, events)).revision).toBe(2n);
    expect(server.log.read(stream).entries).toHaveLength(3);
  });

  it('keeps its own deadline where the client keeps none', async () => {
    const { stream } = await appendNew(store, 1);
    const events = newEvents();
    server.link.hold('answers');
    const startedAt = performance.now();
    await expect(store.append(stream, 0n, events)).rejects.toThrow(OutcomeUnknownError);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    server.link.hold('nothing');
    expect((await store.append(stream, 0n, events)).revision).toBe(1n);
    expect(server.log.read(stream).entries).toHaveLength(2);
  });

  it('knows that nothing was written while nobody listened', async () => {
    await server.link.cut();
    await eventually(async () => !(await store.health()).ok);
    const stream = uniqueStream();
    const outcomes: unknown[] = [];
    for (let tries = 0; tries < 3; tries += 1)
      outcomes.push(await store.append(stream, 'none', newEvents()).catch((error: unknown) => error));
    expect(outcomes.at(-1)).toBeInstanceOf(StoreUnavailableError);
    await server.link.restore();
    await recovers();
    expect((await store.append(stream, 'none', newEvents())).revision).toBe(0n);
  });

  it('starts while the server is down, and works once it is there', async () => {
    await server.link.cut();
    const early = await KurrentDbEventStore.open(server.url, options);
    expect(await early.health()).toMatchObject({ ok: false });
    await expect(early.readStream(uniqueStream())).rejects.toThrow(StoreUnavailableError);
    await server.link.restore();
    await eventually(async () => (await early.health()).ok, { timeoutMs: 20_000 });
    const { stream } = await appendNew(early, 2);
    expect(await early.readStream(stream)).toHaveLength(2);
    await early.close();
  });

  it('resumes without gap or double each time the server finds it too slow', async () => {
    const type = uniqueType();
    const reader = new Follower(store, { types: [type], batchSize: 16 });
    for (let burst = 1; burst <= 3; burst += 1) {
      await eventually(() => reader.batches.at(-1)?.caughtUp === true);
      await appendNew(store, 200, type);
      await reader.sees(burst * 200);
    }
    const all = await store.readAll({ types: [type], limit: 1_000 });
    expect(reader.ids).toEqual(all.map(({ id }) => id));
    expect(reader.health).toContainEqual({ state: 'broken', reason: expect.stringContaining('too slow') as unknown });
    expect(reader.health.at(-1)).toEqual({ state: 'live' });
    await reader.stop();
  });

  it('lets the server wait while its reader works', async () => {
    const type = uniqueType();
    for (let stream = 0; stream < 10; stream += 1) {
      const text = 'x'.repeat(1_000);
      await store.append(uniqueStream(), 'none', newEvents(500, { type, data: () => ({ text }) }));
    }
    let goOn: () => void = () => undefined;
    const working = new Promise<void>((resolve) => (goOn = resolve));
    const reader = new Follower(store, { types: [type], batchSize: 50, onBatch: () => working });
    await eventually(() => reader.batches.length === 1);
    let before = -1;
    await eventually(async () => {
      const isStill = before === server.eventsPushed;
      before = server.eventsPushed;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isStill;
    });
    expect(server.eventsPushed).toBeLessThan(1_000);
    goOn();
    await reader.sees(5_000);
    await reader.stop();
  });

  it('passes over what other applications wrote', async () => {
    const type = uniqueType();
    const foreign = { contentType: 'application/json', metadata: Buffer.alloc(0), data: Buffer.from('{}'), type };
    const strange = Array.from({ length: 30 }, () => ({ ...foreign, id: newEvents()[0]?.id ?? '' }));
    server.log.append('theirs', -1n, strange);
    const { events } = await appendNew(store, 3, type);
    const ids = events.map(({ id }) => id);
    expect((await store.readAll({ types: [type], limit: 2 })).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const reader = new Follower(store, { types: [type] });
    await reader.sees(3);
    expect(reader.ids).toEqual(ids);
    await reader.stop();
    await expect(store.readStream('theirs')).rejects.toThrow(/another application/);
  });

  it.each([
    ['that hides wrong revisions', (url: string) => `${url}&throwOnAppendFailure=false`, /throwOnAppendFailure/],
    ['that is none', () => 'redis://127.0.0.1', /KURRENTDB_URL/],
  ])('refuses a url %s', async (_, change, message) => {
    await expect(KurrentDbEventStore.open(change(server.url))).rejects.toThrow(message);
  });
});
