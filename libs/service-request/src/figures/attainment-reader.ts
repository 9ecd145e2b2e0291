import { Worker } from 'node:worker_threads';
import { type DomainError, type Scope, wrongFields } from '#kernel';
import type { AttainmentAnswer, AttainmentQuestion } from './attainment.queries.js';

/** What the thread is sent. */
export interface Asked {
  readonly scope: Scope;
  readonly question: AttainmentQuestion;
}

/** What it sends back. */
export type Answered =
  | { readonly answer: AttainmentAnswer; readonly failure?: never }
  | { readonly failure: string; readonly answer?: never };

/** A worker thread loads compiled code only: when these sources run untranslated, take its build in `dist`. */
const WORKER = new URL(
  import.meta.url.replace(/\/libs\/(.*)\/attainment-reader\.ts$/, '/dist/libs/$1/attainment-reader.js'),
);

/** Some millions of outcomes. */
const PATIENCE_MS = 20_000;

/** Counts figures beside the event loop, one question at a time: nobody's filing waits while they are sorted. */
export class AttainmentReader {
  #thread: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param file the read models', as their writer opened it */
  constructor(private readonly file: string) {}

  /** @throws DomainError `invalid` when counting takes longer than 20 seconds */
  attainment(scope: Scope, question: AttainmentQuestion): Promise<AttainmentAnswer> {
    const answering = this.#last.then(() => this.#ask({ scope, question }));
    this.#last = answering.catch(() => undefined); // told to who asked; the next question goes on
    return answering;
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  /** The thread is kept for the next question; one that dies or takes too long is not. */
  #ask(asked: Asked): Promise<AttainmentAnswer> {
    const thread = (this.#thread ??= this.#start());
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(late);
        thread.off('message', hear).off('exit', end);
      };
      const hear = ({ answer, failure }: Answered): void => {
        settle();
        if (answer === undefined) reject(new Error(failure));
        else resolve(answer);
      };
      const end = (): void => {
        settle();
        reject(new Error('The thread that counts figures has ended.'));
      };
      const late = setTimeout(() => {
        settle();
        this.#thread = undefined;
        void thread.terminate();
        reject(tooMuch());
      }, PATIENCE_MS);
      thread.on('message', hear).on('exit', end).postMessage(asked);
    });
  }

  #start(): Worker {
    const thread = new Worker(new URL('./attainment.worker.js', WORKER), { workerData: { file: this.file } });
    thread.on('error', () => undefined); // its exit follows
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    thread.unref(); // an idle one keeps no process running
    return thread;
  }
}

const tooMuch = (): DomainError =>
  wrongFields([{ pointer: '#/from', code: 'too-much-work', detail: 'Ask for a shorter time.' }]);
