import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsv } from './read-csv.js';
import { readNdjson } from './read-ndjson.js';
import { readText } from './read-text.js';
import type { ReadTicket } from './ticket.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'import-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function* of(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}
const all = async <T>(from: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
};
const ignore = (): void => undefined;
const rows = (...pieces: readonly string[]): Promise<readonly ReadTicket[]> => all(readCsv(of(...pieces), ignore));
const textOf = async (bytes: Buffer): Promise<string> => {
  const file = join(folder, 'a.csv');
  writeFileSync(file, bytes);
  return (await all(readText(file, ignore))).join('');
};

const HEADER = 'External ID,Title,Customer,Impact,Filed at,First response at,Resolved at,Closed at';
const utf16be = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();

describe('a file', () => {
  it.each([
    ['UTF-8', Buffer.from('Größe 한국어 😀')],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFGröße 한국어 😀')],
    ['UTF-16 LE', Buffer.from('\uFEFFGröße 한국어 😀', 'utf16le')],
    ['UTF-16 BE', utf16be('Größe 한국어 😀')],
  ])('is read as %s', async (_, bytes) => {
    expect(await textOf(bytes)).toBe('Größe 한국어 😀');
  });

  it('is refused when it is in another encoding, rather than guessed', async () => {
    await expect(textOf(Buffer.from('Größe', 'latin1'))).rejects.toThrow('neither UTF-8 nor UTF-16');
    await expect(all(readText(join(folder, 'none.csv'), ignore))).rejects.toThrow(
      /none\.csv cannot be read \(.*ENOENT/,
    );
  });

  it('counts its bytes, also where a letter lies across two pieces', async () => {
    const file = join(folder, 'large.txt');
    writeFileSync(file, 'ä'.repeat(200_001));
    let read = 0;
    const text = (await all(readText(file, (count) => (read += count)))).join('');
    expect([text, read]).toEqual(['ä'.repeat(200_001), 400_002]);
  });
});

describe('lines', () => {
  it('are tickets with their numbers, wherever the pieces end; blank ones are none', async () => {
    expect(await all(readNdjson(of('{"a":1}\n\n{"a"', ':2}\r\n{"a":3}')))).toEqual([
      { line: 1, ticket: { a: 1 } },
      { line: 3, ticket: { a: 2 } },
      { line: 4, ticket: { a: 3 } },
    ]);
  });

  it('that are no tickets are told, and the rest goes on', async () => {
    expect(await all(readNdjson(of('{"a":\n[1]\n{"a":3}\n')))).toMatchObject([
      { line: 1, text: '{"a":', errors: [{ code: 'not-json' }] },
      { line: 2, errors: [{ code: 'object' }] },
      { line: 3, ticket: { a: 3 } },
    ]);
  });

  it('lose what an earlier run said about them', async () => {
    expect(await all(readNdjson(of('{"rejected":{"line":7},"a":1}')))).toEqual([{ line: 1, ticket: { a: 1 } }]);
  });

  it('do not fill the memory when one has no end', async () => {
    const pieces = Array<string>(20).fill('x'.repeat(1024 * 1024));
    expect(await all(readNdjson(of(...pieces, '\n{"a":1}')))).toMatchObject([
      { line: 1, errors: [{ code: 'too-long' }] },
      { line: 2, ticket: { a: 1 } },
    ]);
  });
});

describe('a table', () => {
  it('is tickets by the names of its columns, and their steps by their times', async () => {
    const [ticket] = await rows(
      `${HEADER}\n`,
      '7,Mail,acme,critical,2024-01-01T00:00:00Z,2024-01-01T01:00:00Z,,2024-01-02T00:00:00Z\n',
    );
    expect(ticket).toMatchObject({
      line: 2,
      ticket: {
        externalId: '7',
        title: 'Mail',
        customerId: 'acme',
        impact: 'critical',
        filedAt: '2024-01-01T00:00:00Z',
        timeline: [
          { at: '2024-01-01T01:00:00Z', do: 'respond' },
          { at: '2024-01-02T00:00:00Z', do: 'close' },
        ],
      },
    });
    expect(ticket?.columnOf?.('#/timeline/1/at')).toBe('Closed at');
    expect(ticket?.columnOf?.('#/customerId')).toBe('Customer');
  });

  it('numbers its rows by the lines of the file, with line breaks in quotes and blank lines', async () => {
    const read = await rows(
      'id_x,external_id,title,customer,impact,filed_at\r\n\r\n1,1,"two\r\nlines",a,b,c\r\n\r\n1,2,"x\ny\rz",a,b,c\r\n1,3,x,a,b,c',
    );
    expect(read.map(({ line, ticket }) => [line, ticket?.['title']])).toEqual([
      [3, 'two\r\nlines'],
      [6, 'x\ny\rz'],
      [9, 'x'],
    ]);
  });

  it('keeps what looks like a formula, quotes and blanks as they are', async () => {
    const read = await rows(
      `${HEADER}\n1,=1+1,a,b,c,,,\n2,"say ""hi"" ",a,b,c,,,\n3,5" disk,a,b,c,,,\n4,@SUM(A1),a,b,c,,,\n`,
    );
    expect(read.map(({ ticket }) => ticket?.['title'])).toEqual(['=1+1', 'say "hi" ', '5" disk', '@SUM(A1)']);
  });

  it.each([';', '\t'])('may have %j between its cells', async (sign) => {
    const [ticket] = await rows(
      `${HEADER.replaceAll(',', sign)}\n`,
      ['1', 'a, b', 'c', 'd', 'e', '', '', ''].join(sign),
    );
    expect(ticket?.ticket).toMatchObject({ title: 'a, b' });
  });

  it('tells a row that has other cells than the header, and goes on', async () => {
    expect(await rows(`${HEADER}\n1,a\n2,a,b,c,d,,,\n`)).toMatchObject([
      { line: 2, errors: [{ code: 'columns' }] },
      { line: 3, ticket: { externalId: '2' } },
    ]);
  });

  it('tells once which columns are not used', async () => {
    const unused: string[] = [];
    await all(readCsv(of(`${HEADER},Agent,Mood\n`), (header) => unused.push(...header.unused)));
    expect(unused).toEqual(['Agent', 'Mood']);
  });

  it.each([
    ['has not what a ticket needs', 'Title,Impact\n', 'The header has no externalId, filedAt, customer'],
    ['names a column twice', `${HEADER},customer_id\n`, 'names one thing twice: customer_id'],
    ['is empty', '', 'The table is empty'],
    ['has a row without end', `${HEADER}\n1,"${'x'.repeat(1_100_000)}`, 'cannot be read any further'],
    ['never closes a quote', `${HEADER}\n1,"open`, 'cannot be read any further'],
  ])('is refused when it %s', async (_, text, message) => {
    await expect(rows(text)).rejects.toThrow(message);
  });
});
