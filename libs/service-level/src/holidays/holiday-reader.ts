import { Worker } from 'node:worker_threads';
import { type Instant, wrongFields } from '#kernel';
import type { HolidayFinding } from './left-out-events.js';
import type { HolidaysRead } from './read-holidays.js';

export interface FileToRead {
  readonly text: string;
  readonly now: Instant;
}

/** A worker thread loads compiled code only: when these sources run untranslated, take its build in `dist`. */
const WORKER = new URL(import.meta.url.replace(/\/libs\/(.*)\/holiday-reader\.ts$/, '/dist/libs/$1/holiday-reader.js'));

/** The work is bounded, so only a defect takes this long. */
const PATIENCE_MS = 10_000;
const MEMORY_MB = 256;

const TOO_MUCH: HolidaysRead = {
  leftOut: [],
  errors: [{ pointer: '#', code: 'too-much-work', detail: 'The file takes too long to read. Send a simpler one.' }],
};

/** Reads holidays beside the event loop, one file at a time: nobody else's request waits for a file. */
export class HolidayReader {
  #thread: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws DomainError `invalid` with everything that is wrong with the file */
  async read(text: string, now: Instant): Promise<Exclude<HolidaysRead, { readonly errors: unknown }>> {
    const read = await this.#readInTurn({ text, now });
    if (read.errors === undefined) return read;
    throw wrongFields(read.errors);
  }

  /** Which events of a file that was taken before count for nothing. Nothing is refused. */
  async leftOut(text: string, now: Instant): Promise<readonly HolidayFinding[]> {
    return (await this.#readInTurn({ text, now })).leftOut;
  }

  #readInTurn(file: FileToRead): Promise<HolidaysRead> {
    const reading = this.#last.then(() => this.#readInThread(file));
    this.#last = reading;
    return reading;
  }

  /** The thread is kept for the next file; one that fails or takes too long is not. Never rejects. */
  #readInThread(file: FileToRead): Promise<HolidaysRead> {
    const thread = (this.#thread ??= this.#start());
    return new Promise((resolve) => {
      const settle = (read: HolidaysRead): void => {
        clearTimeout(late);
        thread.off('message', settle).off('exit', giveUp);
        resolve(read);
      };
      const giveUp = (): void => {
        this.#thread = undefined;
        void thread.terminate();
        settle(TOO_MUCH);
      };
      const late = setTimeout(giveUp, PATIENCE_MS);
      thread.on('message', settle).on('exit', giveUp).postMessage(file);
    });
  }

  #start(): Worker {
    const thread = new Worker(new URL('./read-holidays.worker.js', WORKER), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    thread.on('error', () => undefined); // its exit follows
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    thread.unref(); // an idle one keeps no process running
    return thread;
  }
}
