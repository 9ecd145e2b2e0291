import type { FastifyInstance } from 'fastify';

/** The end of a service: it is told to be none to send callers to, and finishes what it was asked. */
export class Drain {
  #begun = false;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  get begun(): boolean {
    return this.#begun;
  }

  /** Counts what is being answered; once begun, each answer is the last of its connection. */
  watch(server: FastifyInstance): void {
    server.server.on('request', (_, response) => {
      this.#inFlight += 1;
      response.once('close', () => {
        this.#inFlight -= 1;
        if (this.#inFlight === 0) this.#onIdle?.();
      });
    });
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
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
