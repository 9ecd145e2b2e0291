import { isRecord } from '#bodies';
import { messageOf } from '#kernel';
import type { ReadTicket } from './ticket.js';

/** Far longer than any ticket that the service takes; what has no line breaks at all must not fill the memory. */
const LONGEST = 8 * 1024 * 1024;

const wrong = (line: number, text: string, code: string, detail: string): ReadTicket => ({
  line,
  text,
  errors: [{ pointer: '#', code, detail }],
});

const ticketIn = (text: string, line: number): ReadTicket => {
  let sent: unknown;
  try {
    sent = JSON.parse(text);
  } catch (error) {
    return wrong(line, text, 'not-json', `This line is no JSON (${messageOf(error)}). Write one ticket a line.`);
  }
  if (!isRecord(sent)) return wrong(line, text, 'object', 'This line is no JSON object. Write one ticket a line.');
  // What an earlier run said about it.
  const { rejected: _, ...ticket } = sent;
  return { line, ticket };
};

/** One ticket a line; blank lines are none. */
export async function* readNdjson(pieces: AsyncIterable<string>): AsyncGenerator<ReadTicket> {
  let line = 0;
  let rest = '';
  let skipping = false;
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line += 1;
      if (!skipping && text.trim() !== '') yield ticketIn(text, line);
      skipping = false;
    }
    if (rest.length <= LONGEST) continue;
    if (!skipping) yield wrong(line + 1, '', 'too-long', 'This line is far too long for a ticket. Split it up.');
    skipping = true;
    rest = '';
  }
  if (!skipping && rest.trim() !== '') yield ticketIn(rest, line + 1);
}
