import type { components } from './openapi.types.js';
import { problemOf } from './problem-error.js';
import { type Wait, wait } from './steady-fetch.js';

/** One thing that happened to an alert. */
export interface AlertMessage {
  /** Its position: as `after` it begins a stream with what comes next. */
  readonly id: string;
  readonly event: 'alert.opened' | 'alert.raised' | 'alert.acknowledged' | 'alert.snoozed' | 'alert.resolved';
  /** All of an alert when it was opened; else what has changed. */
  readonly data: Partial<components['schemas']['AlertView']> & { readonly id: string; readonly position: string };
}

const fieldOf = (block: string, name: string): string | undefined =>
  block
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

/** Ends with the signal, to which fetch itself may turn deaf: it keeps hold of it only as long as of its request. */
async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const end = (): void => {
    reader.cancel().catch((broken: unknown) => broken);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/** The blocks of a stream of server-sent events, as they come. */
async function* blocksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks;
  }
}

const isOpen = ({ aborted }: AbortSignal): boolean => !aborted;

export interface AlertStreamOptions {
  /** The id of the last message seen; without it, the stream begins with what comes next. */
  readonly after?: string;
  readonly signal: AbortSignal;
  readonly pause?: Wait;
}

/**
 * Alerts as they happen, until aborted. A connection that breaks is made again where it broke: nothing is missed and
 * nothing comes twice.
 * @throws ProblemError when the service refuses, for example for a key that has ended
 */
export async function* alertStream(
  open: (headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>,
  { after, signal, pause = wait }: AlertStreamOptions,
): AsyncGenerator<AlertMessage> {
  let last = after;
  let retryMs = 1_000;
  while (isOpen(signal)) {
    try {
      const response = await open(last === undefined ? {} : { 'last-event-id': last }, signal);
      if (!response.ok && response.status !== 503) throw await problemOf(response);
      const body = response.ok ? response.body : null;
      for await (const block of body === null ? [] : blocksOf(chunksOf(body, signal))) {
        retryMs = Number(fieldOf(block, 'retry') ?? retryMs);
        last = fieldOf(block, 'id') ?? last;
        const data = fieldOf(block, 'data');
        if (data !== undefined)
          yield { id: last, event: fieldOf(block, 'event'), data: JSON.parse(data) as unknown } as AlertMessage; // as sent
      }
    } catch (error) {
      if (!(error instanceof TypeError) && isOpen(signal)) throw error; // the network's failures are TypeErrors
    }
    await pause(retryMs, signal);
  }
}
