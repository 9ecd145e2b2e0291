import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { messageOf } from '#kernel';
import { UsageError } from '../usage-error.js';

const MARKS = [
  { mark: [0xff, 0xfe], encoding: 'utf-16le' },
  { mark: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** UTF-8 unless the file begins with another byte order mark. */
const encodingOf = (start: Buffer): string =>
  MARKS.find(({ mark }) => mark.every((byte, index) => start[index] === byte))?.encoding ?? 'utf-8';

const isMisread = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';

const told = (file: string, error: unknown): UsageError =>
  isMisread(error)
    ? new UsageError(
        `${file} is neither UTF-8 nor UTF-16 with a byte order mark. Save it as UTF-8 (in a spreadsheet: "CSV UTF-8").`,
        { cause: error },
      )
    : new UsageError(`${file} cannot be read (${messageOf(error)}).`, { cause: error });

/**
 * A file's text, piece by piece, without its byte order mark.
 * @param onBytes how many bytes each piece was made of
 * @throws UsageError when it cannot be read, or is in no encoding known here: a guess would be recorded for ever
 */
export async function* readText(file: string, onBytes: (count: number) => void): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      yield decoder.decode(chunk, { stream: true });
      onBytes(chunk.length);
    }
    yield decoder?.decode() ?? '';
  } catch (error) {
    throw told(file, error);
  }
}
