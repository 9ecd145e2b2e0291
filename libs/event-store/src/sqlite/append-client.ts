import type { MessagePort } from 'node:worker_threads';
import { CommandReusedError, StoreUnavailableError, WrongRevisionError } from '../errors.js';
import type { EventText } from '../event-text.js';
import type { ExpectedRevision } from '../event-store.js';
import type { AppendReply, AppendRequest, Committed, FromWriter, ToWriter } from './protocol.js';

/** @property isNew false when the very same events had been written before */
interface Appended {
  readonly revision: number;
  readonly position: number;
  readonly isNew: boolean;
}

interface Pending {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

const toRevision = (revision: number): ExpectedRevision => (revision < 0 ? 'none' : BigInt(revision));

const settle = ({ stream, expected, resolve, reject }: Pending, reply: AppendReply): void => {
  switch (reply.kind) {
    case 'appended':
    case 'repeated':
      resolve({ revision: reply.revision, position: reply.position, isNew: reply.kind === 'appended' });
      return;
    case 'wrong-revision':
      reject(new WrongRevisionError(stream, expected, toRevision(reply.actual)));
      return;
    case 'reused':
      reject(new CommandReusedError(stream));
      return;
    case 'unavailable':
      reject(new StoreUnavailableError(reply.reason));
  }
};

const CLOSED = 'The event store is closed.';

/** Health recovers by itself: while it is bad, nobody may send the append that would show that it is good again. */
const NEWS_MS = 10_000;

/** One thread's end of the line to the writer: all appends of one turn of the event loop travel as one message. */
export class AppendClient {
  readonly #pending = new Map<number, Pending>();
  #outbox: AppendRequest[] = [];
  #ticket = 0;
  #closed = false;
  #refusal: { readonly reason: string; readonly at: number } | undefined;

  constructor(
    private readonly port: MessagePort,
    onCommit: (committed: Committed) => void,
  ) {
    port.on('message', ({ committed, replies }: FromWriter) => {
      onCommit(committed);
      for (const reply of replies) this.#settle(reply);
    });
    port.on('close', () => {
      this.#closed = true;
      for (const pending of this.#pending.values()) pending.reject(new StoreUnavailableError(CLOSED));
      this.#pending.clear();
    });
  }

  /** Why the next append would be refused, or the newest one was as unavailable, while that is news. */
  get refusal(): string | undefined {
    if (this.#closed) return CLOSED;
    const refusal = this.#refusal;
    return refusal !== undefined && performance.now() - refusal.at < NEWS_MS ? refusal.reason : undefined;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    rows: readonly EventText[],
    claim: string | undefined,
  ): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new StoreUnavailableError(CLOSED));
        return;
      }
      const ticket = (this.#ticket += 1);
      this.#pending.set(ticket, { stream, expected, resolve, reject });
      if (this.#outbox.length === 0) setImmediate(() => this.#send());
      this.#outbox.push({
        ticket,
        stream,
        expected: expected === 'none' ? -1 : Number(expected),
        rows,
        claim,
      });
    });
  }

  /** Says good-bye after everything asked before has been answered. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#send();
    const closed = new Promise((resolve) => this.port.once('close', resolve));
    this.port.postMessage({ kind: 'bye' } satisfies ToWriter);
    await closed;
  }

  #send(): void {
    if (this.#outbox.length === 0) return;
    this.port.postMessage({ kind: 'append', requests: this.#outbox } satisfies ToWriter);
    this.#outbox = [];
  }

  #settle(reply: AppendReply): void {
    const pending = this.#pending.get(reply.ticket);
    this.#pending.delete(reply.ticket);
    this.#refusal = reply.kind === 'unavailable' ? { reason: reply.reason, at: performance.now() } : undefined;
    if (pending !== undefined) settle(pending, reply);
  }
}
