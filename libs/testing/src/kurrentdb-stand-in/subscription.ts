import { setImmediate as nextTurn } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { newUuid } from '#kernel';
import type { Entry, StandInLog } from './log.js';
import { caughtUpMessage, checkpointMessage, confirmationMessage, eventMessage } from './messages.js';
import { filterOf, isBogus, type ReadCall, type ReadOptions, refuse, send } from './reads.js';

const PAGE = 32;
const LIVE_BUFFER = 32;

type Live = { readonly entry: Entry } | { readonly checkpoint: Entry };

/** A subscription to all: pages until the end is reached, then whatever is committed, through a small buffer. */
export class StandInSubscription {
  readonly #isWanted: (entry: Entry) => boolean;
  readonly #window: number;
  readonly #interval: number;
  #live: Live[] = [];
  #considered = 0;
  #stopListening: (() => void) | undefined;
  #wake: () => void = () => undefined;
  #ended = false;

  constructor(
    private readonly call: ReadCall,
    private readonly options: ReadOptions,
    private readonly log: StandInLog,
    private readonly sent: () => void,
  ) {
    this.#isWanted = filterOf(options);
    const filter = options.getFilter();
    this.#window = filter?.hasMax() ? filter.getMax() : PAGE;
    this.#interval = this.#window * (filter?.getCheckpointintervalmultiplier() ?? 1);
    call.on('cancelled', () => this.#end());
  }

  async run(): Promise<void> {
    const from = this.#start();
    if (from === undefined) {
      refuse(this.call, status.UNKNOWN, 'Unexpected FilteredReadAllResult: InvalidPosition');
      return;
    }
    await send(this.call, confirmationMessage(newUuid()));
    await this.#catchUp(from);
    if (this.#ended) return;
    this.#stopListening = this.log.onCommit((entry) => this.#committed(entry));
    await send(this.call, caughtUpMessage());
    await this.#pump();
  }

  /** As the server does with a subscriber whose buffer is full. */
  drop(): void {
    if (this.#ended) return;
    this.#end();
    const details =
      'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.';
    refuse(this.call, status.ABORTED, details);
  }

  /** The position is exclusive: the first record at or after it is passed over. */
  #start(): number | undefined {
    const all = this.options.getAll();
    if (all?.hasEnd()) return this.log.entries.length;
    const position = all?.getPosition();
    if (position === undefined) return 0;
    const commit = BigInt(position.getCommitPosition());
    return isBogus(this.log, commit) ? undefined : this.log.indexAt(commit) + 1;
  }

  async #catchUp(from: number): Promise<void> {
    for (let next = from; next < this.log.entries.length && !this.#ended;) {
      const start = this.log.entries[next];
      const page = this.log.entries.slice(next, next + Math.min(PAGE, this.#window));
      next += page.length;
      const wanted = page.filter(this.#isWanted);
      for (const entry of wanted) await this.#send({ entry });
      this.#considered += page.length;
      const last = wanted.at(-1);
      if (next >= this.log.entries.length || this.#considered < this.#interval) continue;
      this.#considered %= this.#interval;
      // A page without a match is passed on as the place where it began.
      if (last !== undefined) await this.#send({ checkpoint: last });
      else if (start !== undefined) await send(this.call, checkpointMessage(start.position, 0n));
    }
  }

  #committed(entry: Entry): void {
    if (this.#isWanted(entry)) this.#offer({ entry });
    this.#considered += 1;
    if (this.#considered < this.#interval) return;
    this.#considered = 0;
    this.#offer({ checkpoint: entry });
  }

  #offer(live: Live): void {
    if (this.#live.length >= LIVE_BUFFER) {
      this.drop();
      return;
    }
    this.#live.push(live);
    this.#wake();
  }

  async #pump(): Promise<void> {
    while (!this.#ended) {
      const live = this.#live.shift();
      if (live !== undefined) await this.#send(live);
      else await new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#live.length === 0) await nextTurn();
    }
  }

  async #send(live: Live): Promise<void> {
    if (this.#ended) return;
    if ('checkpoint' in live) {
      await send(this.call, checkpointMessage(live.checkpoint.position, live.checkpoint.position));
      return;
    }
    this.sent();
    await send(this.call, eventMessage(live.entry));
  }

  #end(): void {
    this.#ended = true;
    this.#live = [];
    this.#stopListening?.();
    this.#wake();
  }
}
