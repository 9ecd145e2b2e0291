import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { StoreUnavailableError, StreamDeletedError, StreamNotFoundError } from '../errors.js';
import { readFailure } from './failures.js';
import { backOff, within } from './patience.js';

type Read<T> = (client: KurrentDBClient) => Promise<T>;

/** The cheapest read of a client; its first connects, which takes half a second. */
const probe: Read<void> = async (client) => {
  for await (const _ of client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 })) return;
};

/**
 * Reads go over a connection of their own, which never recovers when its very first use met a server that was down.
 * So when reads fail, this tries the client at hand and a new one in turn until one of them can read.
 */
export class Reads {
  #client: KurrentDBClient;
  #recovering: Promise<void> | undefined;

  constructor(
    private readonly connect: () => KurrentDBClient,
    private readonly timeoutMs: number,
    private readonly closing: AbortSignal,
  ) {
    this.#client = connect();
  }

  /** Reads once, so that the next read is fast; a server that cannot be read yet is tried again meanwhile. */
  async warmUp(): Promise<void> {
    await this.run(probe).catch(() => undefined);
  }

  /** @throws StreamNotFoundError @throws StreamDeletedError @throws StoreUnavailableError */
  async run<T>(read: Read<T>, { stream = '', timeoutMs = this.timeoutMs } = {}): Promise<T> {
    if (this.closing.aborted) throw new StoreUnavailableError('The event store is closed.');
    try {
      return await this.#attempt(this.#client, read, timeoutMs);
    } catch (cause) {
      const failure = readFailure(cause, stream);
      const isAnswer = failure instanceof StreamNotFoundError || failure instanceof StreamDeletedError;
      if (!isAnswer) this.#recovering ??= this.#recover().finally(() => (this.#recovering = undefined));
      throw failure;
    }
  }

  async #attempt<T>(client: KurrentDBClient, read: Read<T>, timeoutMs: number): Promise<T> {
    const late = (): Error => new StoreUnavailableError(`KurrentDB did not answer within ${timeoutMs} ms.`);
    return within(timeoutMs, read(client), late);
  }

  async #recover(): Promise<void> {
    for (let attempt = 0; !this.closing.aborted; attempt += 1) {
      if (await this.#canRead(this.#client)) return;
      const candidate = this.connect();
      if (await this.#canRead(candidate)) {
        this.#client = candidate;
        return;
      }
      await backOff(attempt, this.closing);
    }
  }

  async #canRead(client: KurrentDBClient): Promise<boolean> {
    return this.#attempt(client, probe, this.timeoutMs).then(
      () => true,
      () => false,
    );
  }
}
