import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely';
import { LRUCache } from 'lru-cache';

type Parameters = readonly (string | number | null)[];

/** Statements stay compiled: the texts that read models use are few and come again and again. */
const KEPT_STATEMENTS = 500;

/** SQLite's primary result codes of what passes by itself or by an operator's hand: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const PASSING = new Set([5, 6, 8, 10, 13, 14]);

/** A page that changes often is copied from the log into the file once in this many (32 MB), not once in SQLite's 1,000. */
const CHECKPOINT_PAGES = 8_000;

/** SQLite's codes of a file that is damaged, or none of its own: CORRUPT, NOTADB. */
const DAMAGED = new Set([11, 26]);

const hasCode = (error: unknown, codes: ReadonlySet<number>): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  codes.has(error.errcode & 0xff);

/** True for a full disk, a locked file and the like: worth trying again, unlike a defect or an event that is not understood. */
export const isPassing = (error: unknown): boolean => hasCode(error, PASSING);

/** True when the file cannot be read as a database. */
export const isDamaged = (error: unknown): boolean => hasCode(error, DAMAGED);

/** Kysely's SQLite dialect on this SQLite binding. */
const adapt = (database: DatabaseSyncInstance): SqliteDatabase => {
  const statements = new LRUCache<string, StatementSyncInstance>({ max: KEPT_STATEMENTS });
  const compile = (sql: string): StatementSyncInstance => {
    const kept = statements.get(sql);
    if (kept !== undefined) return kept;
    const statement = database.prepare(sql);
    // A statement compiled before a table changed would answer with the old columns.
    if (/^\s*(create|drop|alter)/i.test(sql)) statements.clear();
    else statements.set(sql, statement);
    return statement;
  };
  return {
    close: () => {
      database.close();
    },
    prepare: (sql) => {
      const statement = compile(sql);
      const reader = /^\s*(select|with)|\breturning\b/i.test(sql);
      return {
        reader,
        all: (parameters) => statement.all(...(parameters as Parameters)) as unknown[],
        run: (parameters) =>
          // A full disk has already rolled back; an error about that would hide the one about the disk.
          sql === 'rollback' && !database.isTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : statement.run(...(parameters as Parameters)),
        iterate: (parameters) => statement.iterate(...(parameters as Parameters)) as IterableIterator<unknown>,
      };
    },
  };
};

/**
 * Read models in a SQLite file of their own: they can be rebuilt from the events, so `synchronous=NORMAL` is enough.
 * @param mode one connection writes (the projector's); all others only read and never wait for it
 */
export const openSqliteReadStore = <Schema>(file: string, mode: 'write' | 'read'): Kysely<Schema> => {
  const database = new DatabaseSync(file, { readOnly: mode === 'read' });
  if (mode === 'write') database.exec(`PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`);
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  return new Kysely<Schema>({ dialect: new SqliteDialect({ database: adapt(database) }) });
};
