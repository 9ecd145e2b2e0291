import { pipeline, Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { type Header, headerOf, ticketOfRow } from './row.js';
import type { ReadTicket } from './ticket.js';
import { UsageError } from '../usage-error.js';

/** Characters of a row; a quote that is never closed must not take the whole file into memory. */
const LONGEST = 1024 * 1024;
const DELIMITERS = [',', ';', '\t'] as const;

/** What stands most often in the header, which has no reason to hold the others. */
const delimiterOf = (header: string): string =>
  DELIMITERS.map((sign) => ({ sign, count: header.split(sign).length })).reduce((best, next) =>
    next.count > best.count ? next : best,
  ).sign;

const checked = (header: Header): Header => {
  const { names, missing, repeated } = header;
  if (repeated.length > 0)
    throw new UsageError(`The header names one thing twice: ${repeated.join(', ')}. Leave one of the columns.`);
  if (missing.length > 0)
    throw new UsageError(
      `The header has no ${missing.join(', ')}; it has ${names.join(', ')}. The first row names the columns: see docs/import.md.`,
    );
  return header;
};

const matches = (cells: readonly string[], pattern: RegExp): number =>
  cells.reduce((count, cell) => count + (cell.match(pattern)?.length ?? 0), 0);

interface Row {
  readonly record: readonly string[];
  readonly info: Info;
}

async function* after(first: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** As much of a text as holds its first line. */
const untilFirstLine = async (pieces: AsyncIterator<string>): Promise<string> => {
  let text = '';
  while (!/[^\r\n][\r\n]/.test(text) && text.length < LONGEST) {
    const next = await pieces.next();
    if (next.done === true) break;
    text += next.value;
  }
  return text;
};

/**
 * One ticket a row, by the names in the first row.
 * @param onHeader told once, before the first ticket
 * @throws UsageError for a header that no ticket can be made of, or a quote that is never closed
 */
export async function* readCsv(
  pieces: AsyncIterable<string>,
  onHeader: (header: Header) => void,
): AsyncGenerator<ReadTicket> {
  const source = pieces[Symbol.asyncIterator]();
  const start = await untilFirstLine(source);
  const parser = parse({
    delimiter: delimiterOf(start.trimStart().split(/[\r\n]/, 1)[0] ?? ''),
    info: true,
    max_record_size: LONGEST,
    relax_column_count: true, // told by the row itself
    relax_quotes: true, // a row with stray quotes is a row: the ones after it are not lost with it
    skip_empty_lines: true,
  });
  pipeline(Readable.from(after(start, source)), parser, () => undefined);
  let header: Header | undefined;
  let doubled = 0; // the parser counts a CRLF inside quotes as two lines
  try {
    for await (const { record, info } of parser as AsyncIterable<Row>) {
      doubled += matches(record, /\r\n/g);
      const line = info.lines - doubled - matches(record, /\r\n|\r|\n/g);
      if (header === undefined) onHeader((header = checked(headerOf(record.map((name) => name.trim())))));
      else yield ticketOfRow(header, record, line);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError(
      `The table cannot be read any further (${error.message}). Mend its quotes, and run it again.`,
      {
        cause: error,
      },
    );
  }
  if (header === undefined) throw new UsageError('The table is empty: its first row names the columns.');
}
