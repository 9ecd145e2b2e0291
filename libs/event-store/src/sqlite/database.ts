import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { messageOf } from '#kernel';
import { StoreUnavailableError } from '../errors.js';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Older versions can corrupt a database when its write-ahead log is reset by two connections at once. */
const OLDEST_SAFE_SQLITE = [3, 51, 3] as const;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    data TEXT NOT NULL,
    meta TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
  CREATE INDEX IF NOT EXISTS events_by_type ON events (type);
  CREATE TABLE IF NOT EXISTS claims (
    command TEXT PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (id)
  ) STRICT, WITHOUT ROWID;`;

const VERSION = 2;

/** Version 1 had no claims: each key used until then belongs to the stream that it was used for first. */
const CLAIM_FROM_HISTORY = `
  INSERT OR IGNORE INTO claims (command, stream)
  SELECT meta ->> 'commandId', stream FROM events
  WHERE CASE WHEN json_valid(meta) THEN meta ->> 'fingerprint' END IS NOT NULL ORDER BY position;`;

/** @throws Error when the SQLite at hand has the WAL-reset defect */
export const assertSafeSqlite = (version: string): void => {
  const found = version.split('.').map(Number);
  for (const [index, least] of OLDEST_SAFE_SQLITE.entries()) {
    const part = found[index] ?? 0;
    if (part > least) return;
    if (part < least)
      throw new Error(
        `SQLite ${version} can corrupt its write-ahead log; at least ${OLDEST_SAFE_SQLITE.join('.')} is needed. Run \`npm ci\` to get the bundled one.`,
      );
  }
};

const valueOf = (database: DatabaseSyncInstance, sql: string): string => {
  const row = database.prepare(sql).get() as Readonly<Record<string, unknown>> | undefined; // the binding leaves rows untyped
  return String(Object.values(row ?? {})[0]);
};

/** A database that lost `synchronous=FULL` would acknowledge commands that a power cut takes back (G1). */
const assertDurable = (database: DatabaseSyncInstance): void => {
  const mode = valueOf(database, 'PRAGMA journal_mode');
  const synchronous = valueOf(database, 'PRAGMA synchronous');
  if (mode === 'wal' && synchronous === '2') return;
  throw new Error(
    `The event store needs journal_mode=wal and synchronous=FULL (2), but has ${mode} and ${synchronous}.`,
  );
};

const createTables = (database: DatabaseSyncInstance): void => {
  const isOlder = Number(valueOf(database, 'PRAGMA user_version')) < VERSION;
  database.exec(`BEGIN IMMEDIATE; ${SCHEMA} ${isOlder ? CLAIM_FROM_HISTORY : ''}
    PRAGMA user_version = ${VERSION}; COMMIT;`);
};

const codeOf = (error: unknown): unknown => (error instanceof Object && 'errcode' in error ? error.errcode : undefined);

const DISK = "Look after the disk and the folder's permissions.";

const opened = (file: string): DatabaseSyncInstance => {
  const database = new DatabaseSync(file);
  assertSafeSqlite(valueOf(database, 'SELECT sqlite_version()'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  assertDurable(database);
  createTables(database);
  database.exec('PRAGMA wal_autocheckpoint = 4000;');
  return database;
};

/** @throws StoreUnavailableError that names the file */
export const openForWriting = (file: string): DatabaseSyncInstance => {
  try {
    return opened(file);
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    const isDamaged = codeOf(cause) === SQLITE_CORRUPT || codeOf(cause) === SQLITE_NOTADB;
    const cure = isDamaged ? 'Restore it from a backup: all else is built from it.' : DISK;
    throw new StoreUnavailableError(`${file} cannot be opened: ${messageOf(cause)}. ${cure}`, { cause });
  }
};

export const openForReading = (file: string): DatabaseSyncInstance => {
  const database = new DatabaseSync(file, { readOnly: true });
  database.exec('PRAGMA synchronous = FULL; PRAGMA query_only = ON; PRAGMA busy_timeout = 5000;');
  assertDurable(database);
  return database;
};

/**
 * Holds a file for one writer until the process ends, however it ends: the lock is the operating system's.
 * @throws StoreUnavailableError when another process holds it, or it cannot be had at all; the message says which
 */
export const lockForWriting = (file: string): DatabaseSyncInstance => {
  let lock: DatabaseSyncInstance | undefined;
  try {
    lock = new DatabaseSync(`${file}.lock`);
    lock.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock?.close();
    throw new StoreUnavailableError(
      codeOf(cause) === SQLITE_BUSY
        ? `Another process is writing to ${file}: is Ledgerdesk running there already? Stop it first, or give this one its own folder with LEDGERDESK_DATA_DIR.`
        : `${file} cannot be locked: ${messageOf(cause)}. ${DISK}`,
      { cause },
    );
  }
};
