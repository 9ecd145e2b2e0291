import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import { instantFromMs } from '#kernel';
import { newEvents } from '#testing';
import { CommandReusedError, DamagedEventError, StoreUnavailableError } from '../errors.js';
import { eventStoreContract } from '../event-store.contract.js';
import type { NewEvent, RecordedEvent, SubscriptionBatch } from '../event-store.js';
import { assertSafeSqlite } from './database.js';
import type { FromWriter } from './protocol.js';
import { SqliteEventStore } from './sqlite-event-store.js';

const folders: string[] = [];
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-events-'));
  folders.push(folder);
  return join(folder, 'events.db');
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

let file = '';
let owner: SqliteEventStore;

eventStoreContract('SQLite', {
  open: async () => {
    file = newFile();
    owner = await SqliteEventStore.open(file);
    return owner;
  },
  reopen: async () => SqliteEventStore.connect(file, owner.connectPort()),
});

describe('the SQLite event store', () => {
  it('refuses a second writer on the same file, and lets one in after the first has gone', async () => {
    const file = newFile();
    const first = await SqliteEventStore.open(file);
    await expect(SqliteEventStore.open(file)).rejects.toThrow(/Another process is writing/);
    await first.close();
    const second = await SqliteEventStore.open(file);
    await expect(second.health()).resolves.toEqual({ ok: true });
    await second.close();
  });

  it('keeps what it acknowledged after the writer has gone', async () => {
    const file = newFile();
    const store = await SqliteEventStore.open(file);
    const { position } = await store.append('kept', 'none', newEvents(3));
    await store.close();
    const reader = SqliteEventStore.openForReading(file);
    await expect(reader.head()).resolves.toBe(position);
    await expect(reader.readStream('kept')).resolves.toHaveLength(3);
    await expect(reader.append('kept', 2n, newEvents(1))).rejects.toThrow(StoreUnavailableError);
    await reader.close();
  });

  it('tells its owner that the writer has died, and is not healthy from then on', async () => {
    let told: (error: Error) => void = () => undefined;
    const death = new Promise<Error>((resolve) => (told = resolve));
    const store = await SqliteEventStore.open(newFile(), told);
    store.connectPort().postMessage({ kind: 'append', requests: [null] });
    await expect(death).resolves.toMatchObject({ name: 'TypeError' });
    await expect(store.append('late', 'none', newEvents(1))).rejects.toThrow(StoreUnavailableError);
    await expect(store.health()).resolves.toMatchObject({ ok: false });
    await store.close();
  });

  it('leaves all of its history in the one file when it is closed, so that a copy of it is a backup', async () => {
    const file = newFile();
    const store = await SqliteEventStore.open(file);
    const other = SqliteEventStore.connect(file, store.connectPort());
    await store.append('kept', 'none', newEvents(3));
    await other.readStream('kept');
    await other.close();
    await store.close();
    const copy = newFile();
    copyFileSync(file, copy);
    const reader = SqliteEventStore.openForReading(copy);
    await expect(reader.readStream('kept')).resolves.toHaveLength(3);
    await reader.close();
  });

  it('names an event that somebody has damaged, and delivers nothing after it', async () => {
    const file = newFile();
    const store = await SqliteEventStore.open(file);
    await store.append('whole', 'none', newEvents(1));
    await store.append('damaged', 'none', newEvents(2));
    const hand = new DatabaseSync(file);
    hand.exec("UPDATE events SET data = '{' WHERE position = 3");
    hand.close();
    const what = 'Event 1 of stream damaged, at position 3, is damaged';
    // Who wrote an event need not read it again.
    const other = SqliteEventStore.connect(file, store.connectPort());
    await expect(other.readStream('damaged')).rejects.toThrow(what);
    const seen: string[] = [];
    const follow = async (): Promise<void> => {
      const { signal } = new AbortController();
      for await (const { events } of other.subscribe({ signal, batchSize: 2 }))
        seen.push(...events.map(({ position }) => position));
    };
    await expect(follow()).rejects.toThrow(DamagedEventError);
    expect(seen).toEqual(['1', '2']);
    await other.close();
    await store.close();
  });

  it('knows the keys of a store that was written before keys were claimed, each for its first stream', async () => {
    const file = newFile();
    const keyed = newEvents(2, { fingerprint: 'body' });
    const before = await SqliteEventStore.open(file);
    await before.append('unkeyed', 'none', newEvents(2));
    const first = await before.append('first', 'none', keyed);
    await before.close();
    const old = new DatabaseSync(file);
    old.exec("DROP TABLE claims; PRAGMA user_version = 1; UPDATE events SET meta = '{' WHERE position = 1");
    old.close();
    const store = await SqliteEventStore.open(file);
    await expect(store.append('second', 'none', keyed)).rejects.toThrow(CommandReusedError);
    await expect(store.append('first', 'none', keyed)).resolves.toEqual(first);
    await expect(store.readAll({ after: '1', limit: 10 })).resolves.toHaveLength(3);
    await store.close();
  });

  it('delivers what it wrote itself as another client reads it from the file, also when it was sent twice', async () => {
    const file = newFile();
    const store = await SqliteEventStore.open(file);
    const other = SqliteEventStore.connect(file, store.connectPort());
    const after = (await store.append('before', 'none', newEvents(1))).position;
    const twice = newEvents(2);
    await store.append('one', 'none', twice);
    await other.append('two', 'none', newEvents(1));
    await store.append(
      'one',
      'none',
      twice.map((event) => ({ ...event, recordedAt: instantFromMs(0) })),
    );
    await store.append('one', 1n, newEvents(1));
    const delivered: RecordedEvent[] = [];
    for await (const { events } of store.subscribe({ after, signal: new AbortController().signal }))
      if (delivered.push(...events) === 4) break;
    expect(delivered).toStrictEqual(await other.readAll({ after, limit: 10 }));
    await other.close();
    await store.close();
  });

  it('gives a follower a position past all that it got, also where more is read than was told of', async () => {
    const file = newFile();
    const owner = await SqliteEventStore.open(file);
    const types = ['Rare', ...Array.from({ length: 7 }, () => 'Frequent'), 'Rare', 'Frequent'];
    await owner.append(
      'both',
      'none',
      types.map((type) => ({ ...newEvents(1)[0], type }) as NewEvent),
    ); // one was made
    const { port1, port2 } = new MessageChannel();
    port2.postMessage({ committed: { head: 4, lastOf: [] }, replies: [] } satisfies FromWriter);
    const reader = SqliteEventStore.connect(file, port1);
    await nextTurn();
    const batches: SubscriptionBatch[] = [];
    for await (const batch of reader.subscribe({ types: ['Rare'], batchSize: 3, signal: new AbortController().signal }))
      if (batches.push(batch) === 1) break;
    expect(batches.map(({ events, position }) => [events.map((event) => event.position), position])).toEqual([
      [['1', '9'], '9'],
    ]);
    port2.close();
    await reader.close();
    await owner.close();
  });

  it('numbers positions without a gap under many writers, refused appends included', async () => {
    const store = await SqliteEventStore.open(newFile());
    const racing = Array.from({ length: 200 }, (_, index) =>
      store.append(`stream-${index % 50}`, 'none', newEvents(3)),
    );
    const outcomes = await Promise.allSettled(racing);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    const all = await store.readAll({ limit: 1_000 });
    expect(all.map(({ position }) => Number(position))).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
    await store.close();
  });

  it.each(['3.51.2', '3.50.9', '2.99.99'])('refuses SQLite %s, which can corrupt its log', (version) => {
    expect(() => assertSafeSqlite(version)).toThrow(/can corrupt/);
  });

  it.each(['3.51.3', '3.52.0', '4.0.0'])('takes SQLite %s', (version) => {
    expect(() => assertSafeSqlite(version)).not.toThrow();
  });
});
