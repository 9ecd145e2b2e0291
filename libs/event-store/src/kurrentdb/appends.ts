import { isDeepStrictEqual } from 'node:util';
import type {
  AppendResult as ServerResult,
  EventData,
  KurrentDBClient,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { newUuid } from '#kernel';
import { claimOf } from '../claim.js';
import {
  CommandReusedError,
  EventTooLargeError,
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongRevisionError,
} from '../errors.js';
import {
  type AppendResult,
  type ExpectedRevision,
  MAX_APPEND_BYTES,
  type NewEvent,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../event-store.js';
import { claimStreamOf, toClaim } from './claims.js';
import { toServerEvents } from './event.codec.js';
import { appendFailure, typeOf } from './failures.js';
import { within } from './patience.js';
import { encodePosition } from './positions.js';

type ReadStream = (stream: string, options: ReadStreamOptions) => Promise<readonly RecordedEvent[]>;

/** A position that the server gives when it has not looked it up. */
const NO_POSITION = 2n ** 63n;

const isWrongVersion = (error: unknown): error is WrongExpectedVersionError =>
  typeOf(error) === 'wrong-expected-version';

const lastOf = ({ revision, position }: RecordedEvent): AppendResult => ({ revision, position });

/** Appends over the one stream that the client keeps for all of them; none is sent twice by itself. */
export class Appends {
  readonly #writer = newUuid();
  readonly #pending = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(
    private readonly client: KurrentDBClient,
    private readonly timeoutMs: number,
    private readonly readStream: ReadStream,
  ) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    if (this.#isClosed) throw new StoreUnavailableError('The event store is closed.');
    const appending = this.#append(stream, expected, events);
    this.#pending.add(appending);
    try {
      return await appending;
    } finally {
      this.#pending.delete(appending);
    }
  }

  /** Refuses new appends and waits for those that were begun. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#pending);
  }

  async #append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const serverEvents = toServerEvents(events, this.#writer);
    const claim = claimOf(events);
    if (claim !== undefined) await this.#claim(claim, stream);
    try {
      const { nextExpectedRevision: revision, position } = await this.#send(stream, expected, serverEvents);
      if (position === undefined || position.commit >= NO_POSITION) return await this.#placeOf(stream, revision);
      return { revision, position: encodePosition(position) };
    } catch (error) {
      if (typeOf(error) === 'maximum-append-size-exceeded')
        throw new EventTooLargeError(events[0]?.type ?? '', MAX_APPEND_BYTES, MAX_APPEND_BYTES);
      if (isWrongVersion(error)) return this.#settle(stream, expected, error, events);
      throw appendFailure(error, stream);
    }
  }

  /**
   * Before the append, because a server writes to one stream at a time. A claim without its append binds the command to
   * the stream it was meant for, where its retry goes.
   */
  async #claim(command: string, stream: string): Promise<void> {
    try {
      await this.#send(claimStreamOf(command), 'none', [toClaim(command, stream)]);
    } catch (error) {
      if (isWrongVersion(error)) throw new CommandReusedError(stream);
      throw appendFailure(error, stream);
    }
  }

  async #send(stream: string, expected: ExpectedRevision, events: EventData[]): Promise<ServerResult> {
    const late = (): Error =>
      new OutcomeUnknownError(`No answer to the append to ${stream} within ${this.timeoutMs} ms.`);
    const options = { streamState: expected === 'none' ? ('no_stream' as const) : expected, deadline: this.timeoutMs };
    const sending = this.client.appendToStream(stream, events, options);
    sending.catch(() => undefined); // heard below, unless it fails after its time is up
    return within(this.timeoutMs, sending, late);
  }

  async #placeOf(stream: string, revision: bigint): Promise<AppendResult> {
    const [event] = await this.readStream(stream, { from: revision, limit: 1 });
    if (event === undefined) throw new OutcomeUnknownError(`The append to ${stream} was answered, but is not there.`);
    return lastOf(event);
  }

  /**
   * The server found the stream elsewhere, or other events after the expected revision. The one read that this costs
   * tells a lost race from a command id that was used for something else, or that another client has recorded already.
   */
  async #settle(
    stream: string,
    expected: ExpectedRevision,
    { actualState }: WrongExpectedVersionError,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    const actual = typeof actualState === 'bigint' ? actualState : 'none';
    const next = expected === 'none' ? 0n : expected + 1n;
    const mayBeRepeat = actual !== 'none' && actual + 1n >= next + BigInt(events.length);
    const found = mayBeRepeat ? await this.readStream(stream, { from: next, limit: events.length }) : [];
    const last = found.at(-1);
    if (last === undefined || !events.every(({ id }, index) => id === found[index]?.id))
      throw new WrongRevisionError(stream, expected, actual);
    const isSame = events.every(({ type, data }, index) => {
      const other = found[index];
      return type === other?.type && isDeepStrictEqual(JSON.parse(JSON.stringify(data)), other.data);
    });
    if (!isSame) throw new CommandReusedError(stream);
    return { ...lastOf(last), isRepeat: true };
  }
}
