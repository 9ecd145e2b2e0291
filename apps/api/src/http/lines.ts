import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** So many requests no client sends before it has read an answer. */
const MOST_WAITING = 100;

interface Line {
  readonly socket: Socket;
  isBusy: boolean;
  readonly waiting: { readonly response: ServerResponse; readonly serve: () => void }[];
}

/**
 * The requests of each connection, one after the other. HTTP/1.1 lets a client send more before the first is answered;
 * Node would begin them all and hold their answers back. Then a client that does not read would keep the places of them
 * all, and an answer that is held back when the connection breaks would never tell that it has ended.
 */
export class Lines {
  readonly #lines = new WeakMap<Socket, Line>();
  #open = 0;
  #onIdle: (() => void) | undefined;

  take({ socket }: IncomingMessage, response: ServerResponse, serve: () => void): void {
    const line = this.#lines.get(socket) ?? { socket, isBusy: false, waiting: [] };
    this.#lines.set(socket, line);
    this.#open += 1;
    line.waiting.push({ response, serve });
    if (!line.isBusy) this.#next(line);
    else if (line.waiting.length > MOST_WAITING) socket.destroy();
  }

  /** Resolves when nothing is being answered, or the time is up. */
  async idle(patienceMs: number): Promise<void> {
    if (this.#open === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #next(line: Line): void {
    if (line.socket.destroyed) this.#left(line.waiting.splice(0).length);
    const next = line.waiting.shift();
    line.isBusy = next !== undefined;
    next?.response.once('close', () => {
      this.#left(1);
      this.#next(line);
    });
    next?.serve();
  }

  #left(count: number): void {
    this.#open -= count;
    if (this.#open === 0) this.#onIdle?.();
  }
}
