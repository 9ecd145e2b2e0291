import { type FileHandle, open, rm } from 'node:fs/promises';
import { type FieldError, messageOf } from '#kernel';
import type { ReadTicket } from './ticket.js';
import { UsageError } from '../usage-error.js';

/** What was refused, as NDJSON with the reason beside it: mended, it is imported alone. */
export class RejectedFile {
  #handle: FileHandle | undefined;

  constructor(readonly path: string) {}

  /** Of an earlier run nothing stays: what it refused comes again in this one. */
  clear(): Promise<void> {
    return rm(this.path, { force: true });
  }

  async add({ line, ticket, text }: ReadTicket, errors: readonly FieldError[]): Promise<void> {
    // Tickets are other people's words: for the owner only, and never into a file that somebody else has put there.
    this.#handle ??= await open(this.path, 'wx', 0o600).catch((cause: unknown) => {
      throw new UsageError(`${this.path} cannot be written (${messageOf(cause)}).`, { cause });
    });
    const rejected = { line, errors, ...(text !== undefined && { text }) };
    await this.#handle.write(`${JSON.stringify({ rejected, ...ticket })}\n`);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
