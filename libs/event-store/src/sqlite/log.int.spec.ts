import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { newEvents } from '#testing';
import { toTexts } from '../event-text.js';
import { openForWriting } from './database.js';
import { Log } from './log.js';

let folder: string;
let database: DatabaseSyncInstance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-log-'));
  database = openForWriting(join(folder, 'events.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const request = (ticket: number, stream: string, bytes: number, claim?: string) => ({
  ticket,
  stream,
  expected: -1,
  claim,
  rows: toTexts(newEvents(2, { data: () => ({ text: 'x'.repeat(bytes) }) })),
});

const claims = (): string[] =>
  (database.prepare('SELECT command FROM claims').all() as { command: string }[]).map(({ command }) => command);

const positions = (): number[] =>
  (database.prepare('SELECT position FROM events ORDER BY position').all() as { position: number }[]).map(
    ({ position }) => position,
  );

describe('the log of events', () => {
  it('writes nothing of a batch that the disk has no room for, and goes on without a gap once there is', () => {
    const log = new Log(database);
    expect(log.commit([request(1, 'before', 10)])).toMatchObject([{ kind: 'appended', position: 2 }]);
    database.exec('PRAGMA max_page_count = 40');
    const full = log.commit([request(2, 'small', 10), request(3, 'large', 200_000)]);
    expect(full).toMatchObject([
      { ticket: 2, kind: 'unavailable', reason: expect.stringContaining('disk is full') as string },
      { ticket: 3, kind: 'unavailable' },
    ]);
    expect(positions()).toEqual([1, 2]);
    database.exec('PRAGMA max_page_count = 1000000');
    expect(log.commit([request(4, 'small', 10)])).toMatchObject([{ kind: 'appended', revision: 1, position: 4 }]);
    expect(positions()).toEqual([1, 2, 3, 4]);
  });

  it('answers each append of a batch by itself when one of them is refused', () => {
    const log = new Log(database);
    const replies = log.commit([request(1, 'a', 10), request(2, 'a', 10), request(3, 'b', 10)]);
    expect(replies).toMatchObject([
      { ticket: 1, kind: 'appended', position: 2 },
      { ticket: 2, kind: 'wrong-revision', actual: 1 },
      { ticket: 3, kind: 'appended', position: 4 },
    ]);
  });

  it('keeps a key for the first stream of a batch that takes its events, and refuses the others alone', () => {
    const log = new Log(database);
    log.commit([request(1, 'taken', 10)]);
    const batch = [request(2, 'taken', 10, 'k'), request(3, 'a', 10, 'k'), request(4, 'b', 10, 'k')];
    expect(log.commit([...batch, request(5, 'c', 10, 'l')])).toMatchObject([
      { ticket: 2, kind: 'wrong-revision', actual: 1 },
      { ticket: 3, kind: 'appended', position: 4 },
      { ticket: 4, kind: 'reused' },
      { ticket: 5, kind: 'appended', position: 6 },
    ]);
    expect(claims()).toEqual(['k', 'l']);
  });

  it('takes a key for nothing when its batch cannot be written', () => {
    const log = new Log(database);
    database.exec('PRAGMA max_page_count = 40');
    const full = log.commit([request(1, 'a', 10, 'k'), request(2, 'large', 200_000)]);
    expect(full).toMatchObject([{ kind: 'unavailable' }, { kind: 'unavailable' }]);
    expect(claims()).toEqual([]);
    database.exec('PRAGMA max_page_count = 1000000');
    expect(log.commit([request(3, 'b', 10, 'k')])).toMatchObject([{ kind: 'appended', position: 2 }]);
  });
});
