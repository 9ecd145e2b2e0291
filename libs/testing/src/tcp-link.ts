import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** What a held link keeps back: the server's answers only, or the client's requests too. */
export type Held = 'nothing' | 'answers' | 'everything';

const forward = (from: Socket, to: Socket, isHeld: () => boolean): void => {
  from.on('data', (bytes) => {
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => {
    if (!isHeld()) from.resume();
  });
  from.on('error', () => undefined);
  from.on('close', () => to.destroy());
};

/**
 * A line between a client and a server that a test can cut, as a killed server does, or hold, as a frozen one does:
 * the connections stay open and nothing comes, until what was held arrives after all.
 */
export class TcpLink {
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  #held: Held = 'nothing';
  #port = 0;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#listener = createServer((client) => this.#join({ client, server: connect(target) }));
  }

  static async open(target: { readonly host: string; readonly port: number }): Promise<TcpLink> {
    const link = new TcpLink(target);
    await link.restore();
    return link;
  }

  /** The port that clients connect to, the same after {@link restore}. */
  get port(): number {
    return this.#port;
  }

  /** Drops all connections and refuses new ones. */
  async cut(): Promise<void> {
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.drop();
    await closed;
  }

  /** Drops all connections; new ones are welcome. */
  drop(): void {
    for (const { client, server } of this.#pairs) for (const socket of [client, server]) socket.destroy();
  }

  async restore(): Promise<void> {
    this.#listener.listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    const address = this.#listener.address();
    if (address !== null && typeof address !== 'string') this.#port = address.port;
  }

  hold(held: Held): void {
    this.#held = held;
    for (const pair of this.#pairs) this.#apply(pair);
  }

  async close(): Promise<void> {
    await this.cut();
  }

  #join(pair: Pair): void {
    this.#pairs.add(pair);
    pair.client.once('close', () => this.#pairs.delete(pair));
    forward(pair.client, pair.server, () => this.#held === 'everything');
    forward(pair.server, pair.client, () => this.#held !== 'nothing');
    this.#apply(pair);
  }

  #apply({ client, server }: Pair): void {
    if (this.#held === 'everything') client.pause();
    else client.resume();
    if (this.#held === 'nothing') server.resume();
    else server.pause();
  }
}
