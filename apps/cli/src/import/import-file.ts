import { stat } from 'node:fs/promises';
import { ImportRequestBody, validated } from '#bodies';
import { DomainError, type FieldError, messageOf } from '#kernel';
import type { Output } from '../output.js';
import type { ProgressBar } from '../progress-bar.js';
import { printable } from '../table.js';
import { UsageError } from '../usage-error.js';
import { ImportService, type Outcome } from './import-service.js';
import { readCsv } from './read-csv.js';
import { readNdjson } from './read-ndjson.js';
import { readText } from './read-text.js';
import { RejectedFile } from './rejected-file.js';
import type { ReadTicket, Ticket } from './ticket.js';

export interface ImportOptions {
  readonly url?: string;
  readonly key?: string;
  readonly system?: string;
  readonly alerts?: boolean;
  readonly dryRun?: boolean;
}

export interface Told {
  readonly out: Output;
  readonly err: Output;
  readonly bar: ProgressBar;
}

const IN_A_BATCH = 200;
/** Characters: in the largest encoding still below what a batch may have in bytes. */
const MOST_IN_A_BATCH = 1024 * 1024;

/** What takes tickets, all of a batch at once. */
type Take = (tickets: readonly Ticket[]) => Promise<readonly Outcome[]>;

const checkedHere: Take = async (tickets) =>
  tickets.map((ticket) => {
    try {
      validated(ImportRequestBody, ticket);
      return { is: 'imported' };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { is: 'rejected', errors: error.details.errors ?? [] };
    }
  });

const serviceOf = ({ url, key }: ImportOptions): Take => {
  const address = url ?? process.env['LEDGERDESK_URL'] ?? 'http://127.0.0.1:3000';
  const known = key ?? process.env['LEDGERDESK_API_KEY'];
  if (!URL.canParse(address)) throw new UsageError(`${address} is no address. Give one such as http://127.0.0.1:3000.`);
  if (known === undefined || known === '')
    throw new UsageError('No key: set LEDGERDESK_API_KEY, or give --key. Importing needs one of an administrator.');
  const service = new ImportService({ url: address, key: known });
  return (tickets) => service.send(tickets);
};

const wholeOf = (ticket: Ticket, { system, alerts }: ImportOptions): Ticket => ({
  ...(system !== undefined && { system }),
  ...(alerts === true && { alerts }),
  ...ticket,
});

/** Batches small enough to be taken; a line that is no ticket goes by itself. */
async function* batchesOf(read: AsyncIterable<ReadTicket>): AsyncGenerator<readonly ReadTicket[]> {
  let batch: ReadTicket[] = [];
  let size = 0;
  for await (const next of read) {
    const length = JSON.stringify(next.ticket ?? null).length;
    if (batch.length === IN_A_BATCH || (batch.length > 0 && size + length > MOST_IN_A_BATCH)) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(next);
    size += length;
  }
  if (batch.length > 0) yield batch;
}

const inWords = ({ line, columnOf }: ReadTicket, { pointer, code, detail }: FieldError): string => {
  const column = columnOf?.(pointer);
  const where = column === undefined ? pointer : `${pointer} (column ${column})`;
  return printable(`line ${line}: ${where}: ${detail} (${code})`);
};

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** How far an import is, and what it is to say at its end. */
class ImportCount {
  imported = 0;
  there = 0;
  rejected = 0;

  sentence(rejectedFile: string, isDryRun: boolean): readonly string[] {
    const read = count(this.imported + this.there + this.rejected, 'ticket');
    if (isDryRun) return [`Read ${read}: ${this.imported} can be sent, ${this.rejected} cannot. Nothing was sent.`];
    const done = `Read ${read}: ${this.imported} imported, ${this.there} there already, ${this.rejected} rejected.`;
    return this.rejected === 0
      ? [done]
      : [done, `Mend what was rejected in ${rejectedFile}, and import that file alone.`];
  }
}

const rowsOrLines = (file: string, onBytes: (count: number) => void, told: Told): AsyncIterable<ReadTicket> => {
  const pieces = readText(file, onBytes);
  if (/\.(?:ndjson|jsonl)$/i.test(file)) return readNdjson(pieces);
  if (/\.(?:csv|tsv)$/i.test(file))
    return readCsv(pieces, ({ unused }) => {
      if (unused.length > 0) void told.err.lines([printable(`Not imported are the columns: ${unused.join(', ')}`)]);
    });
  throw new UsageError(`${file} is neither .ndjson (or .jsonl) nor .csv (or .tsv): its name tells how it is read.`);
};

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw new UsageError(`${file} cannot be read (${messageOf(cause)}).`, { cause });
  }
};

/**
 * Imports a file, a batch after the other: it may be of any length, be stopped and be run again.
 * @returns whether every ticket is there now
 * @throws UsageError when the file, or the service, cannot be used at all
 */
export const importFile = async (file: string, options: ImportOptions, told: Told): Promise<boolean> => {
  const isDryRun = options.dryRun === true;
  const take = isDryRun ? checkedHere : serviceOf(options);
  const bytes = await sizeOf(file);
  let read = 0;
  const tickets = rowsOrLines(file, (more) => (read += more), told);
  const rejected = new RejectedFile(`${file}.rejected.ndjson`);
  const counts = new ImportCount();
  const reject = async (ticket: ReadTicket, errors: readonly FieldError[]): Promise<void> => {
    counts.rejected += 1;
    told.bar.clear();
    await told.err.lines(errors.map((error) => inWords(ticket, error)));
    if (!isDryRun) await rejected.add(ticket, errors);
  };
  if (!isDryRun) await rejected.clear();
  try {
    for await (const batch of batchesOf(tickets)) {
      const whole = batch.map((one) => ({ ...one, ...(one.ticket && { ticket: wholeOf(one.ticket, options) }) }));
      const outcomes = (await take(whole.flatMap(({ ticket }) => (ticket === undefined ? [] : [ticket])))).values();
      for (const one of whole) {
        const outcome = one.ticket === undefined ? undefined : outcomes.next().value;
        if (outcome === undefined || outcome.is === 'rejected') await reject(one, outcome?.errors ?? one.errors ?? []);
        else counts[outcome.is] += 1;
      }
      told.bar.update(bytes === 0 ? 1 : read / bytes);
    }
  } finally {
    told.bar.clear();
    await rejected.close();
  }
  await told.out.lines(counts.sentence(rejected.path, isDryRun));
  return counts.rejected === 0;
};
