import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SqliteEventStore } from '#event-store';
import { messageOf } from '#kernel';
import { UsageError } from './usage-error.js';

const absent = (folder: string): string => {
  const cure = 'Name the data folder with --data, or set LEDGERDESK_DATA_DIR.';
  const elsewhere = process.env['KURRENTDB_URL'] ? ' Events kept on a KurrentDB server are not read from here.' : '';
  return `There is no event store in ${folder}. ${cure}${elsewhere}`;
};

/**
 * The store of a stopped or a running service, for reading only.
 * @throws UsageError when there is none, or none that can be read
 */
export const openStore = (data: string): SqliteEventStore => {
  const folder = resolve(data);
  const file = join(folder, 'events.db');
  if (!existsSync(file)) throw new UsageError(absent(folder));
  try {
    return SqliteEventStore.openForReading(file);
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read as an event store (${messageOf(cause)}). Check who may read it, or name another folder with --data.`,
      { cause },
    );
  }
};
