export interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const parse = (block: string): ServerSentEvent => {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return {
    id: fields.get('id') ?? '',
    event: fields.get('event') ?? '',
    data: JSON.parse(fields.get('data') ?? '{}') as ServerSentEvent['data'],
  };
};

/** Reads a stream of server-sent events until aborted; blocks without data only move the last id. */
export class EventReader {
  readonly events: ServerSentEvent[] = [];
  lastId = '';
  #ended: Promise<void> = Promise.resolve();
  #abort = new AbortController();

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** Connects, from the last id seen on if there is one, and returns once the first block has come. */
  async connect(): Promise<void> {
    this.#abort = new AbortController();
    const response = await fetch(this.url, {
      headers: { authorization: `Bearer ${this.key}`, ...(this.lastId === '' ? {} : { 'last-event-id': this.lastId }) },
      signal: this.#abort.signal,
    });
    if (response.status !== 200 || response.body === null) throw new Error(`The stream answered ${response.status}.`);
    const body: AsyncIterable<Uint8Array> = response.body;
    await new Promise<void>((begun, failed) => {
      this.#ended = this.#read(body, begun).catch((error: unknown) => {
        failed(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  /** Resolves when the stream has ended, whoever ended it. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  async disconnect(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
  }

  async #read(body: AsyncIterable<Uint8Array>, begun: () => void): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
      begun();
    }
  }

  #take(block: string): void {
    const event = parse(block);
    if (event.id !== '') this.lastId = event.id;
    if (event.event !== '') this.events.push(event);
  }
}
