import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { StoreUnavailableError } from '../errors.js';
import type { FromWriterThread, ToWriterThread } from './protocol.js';

/**
 * A worker thread loads compiled code only: when these sources run untranslated, as under Jest, take its build in `dist`.
 */
const WORKER = new URL(import.meta.url.replace(/\/libs\/(.*)\/writer\.ts$/, '/dist/libs/$1/writer.js'));

/** The one thread that writes to a SQLite event store; others reach it through ports, also from other threads. */
export class SqliteWriter {
  readonly #exited: Promise<unknown>;

  private constructor(private readonly worker: Worker) {
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
  }

  /**
   * @param file the database; its folder is made when absent
   * @param onDeath told when the thread fails later on: nothing can be written any more
   * @throws StoreUnavailableError when another process writes to it, or it cannot be opened; the message says which
   */
  static async start(file: string, onDeath: (error: Error) => void): Promise<SqliteWriter> {
    const worker = await new Promise<Worker>((resolve, reject) => {
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      } catch (cause) {
        reject(new StoreUnavailableError(`The data folder ${dirname(file)} cannot be made.`, { cause }));
        return;
      }
      const started = new Worker(new URL('./writer.worker.js', WORKER), { workerData: file });
      started.once('error', reject);
      started.once('message', (message: FromWriterThread) => {
        if (message.kind === 'failed') reject(new StoreUnavailableError(message.reason));
        else resolve(started.off('error', reject).once('error', onDeath));
      });
    });
    return new SqliteWriter(worker);
  }

  /** A port for one more client; it may be transferred to another thread. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.worker.postMessage({ kind: 'connect', port: port2 } satisfies ToWriterThread, [port2]);
    return port1;
  }

  /** Finishes what was asked before, then releases the file and its lock. */
  async close(): Promise<void> {
    this.worker.postMessage({ kind: 'close' } satisfies ToWriterThread);
    await this.#exited;
  }
}
