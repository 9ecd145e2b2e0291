import type { FastifyInstance } from 'fastify';
import type { Lines } from './lines.js';

/** The end of a service: it is told to be none to send callers to, and finishes what it was asked. */
export class Drain {
  #begun = false;
  #lines: Lines | undefined;

  get begun(): boolean {
    return this.#begun;
  }

  /** Once begun, each answer is the last of its connection. */
  watch(server: FastifyInstance, lines: Lines): void {
    this.#lines = lines;
    server.addHook('onSend', (_, reply, content, done) => {
      if (this.#begun) void reply.header('connection', 'close');
      done(null, content);
    });
  }

  begin(): void {
    this.#begun = true;
  }

  /** Resolves when nothing is being answered, or the time is up. */
  async idle(patienceMs: number): Promise<void> {
    await this.#lines?.idle(patienceMs);
  }
}
