import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SqliteEventStore } from '#event-store';

/** What the caller can mend: told in one sentence, without a trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The store of a stopped or a running service, for reading only.
 * @throws UsageError when there is none
 */
export const openStore = (folder: string): SqliteEventStore => {
  const file = join(resolve(folder), 'events.db');
  if (existsSync(file)) return SqliteEventStore.openForReading(file);
  throw new UsageError(
    `There is no event store in ${resolve(folder)}. Name the data folder with --data, or set LEDGERDESK_DATA_DIR.`,
  );
};
