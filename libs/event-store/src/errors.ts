import type { ExpectedRevision, Position } from './event-store.js';

/** Everything that an event store says no with. */
export abstract class EventStoreError extends Error {}

/** The stream is at another revision than the writer has read: load it again and decide anew. */
export class WrongRevisionError extends EventStoreError {
  override readonly name = 'WrongRevisionError';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`Stream ${stream} is at revision ${actual}, not ${expected}.`);
  }
}

/** One command id was used for two different commands: known with other content, or with a key and in another stream. */
export class CommandReusedError extends EventStoreError {
  override readonly name = 'CommandReusedError';

  constructor(readonly stream: string) {
    super(`The command is known with other content than it has for stream ${stream}, or in another stream.`);
  }
}

export class StreamNotFoundError extends EventStoreError {
  override readonly name = 'StreamNotFoundError';

  constructor(readonly stream: string) {
    super(`Stream ${stream} does not exist.`);
  }
}

export class StreamDeletedError extends EventStoreError {
  override readonly name = 'StreamDeletedError';

  constructor(readonly stream: string) {
    super(`Stream ${stream} was deleted for good.`);
  }
}

export class EventTooLargeError extends EventStoreError {
  override readonly name = 'EventTooLargeError';

  constructor(
    readonly type: string,
    readonly bytes: number,
    readonly maxBytes: number,
  ) {
    super(`An event ${type} of ${bytes} bytes exceeds the limit of ${maxBytes} bytes.`);
  }
}

/** The store said no or cannot be reached; nothing was written. */
export class StoreUnavailableError extends EventStoreError {
  override readonly name = 'StoreUnavailableError';
}

/** What is recorded cannot be read back: the disk or somebody's hand has changed it. Reading on would hide it. */
export class DamagedEventError extends EventStoreError {
  override readonly name = 'DamagedEventError';

  constructor(stream: string, revision: bigint, position: Position, options: ErrorOptions) {
    super(`Event ${revision} of stream ${stream}, at position ${position}, is damaged: it is no JSON.`, options);
  }
}

/** No answer in time: the events may or may not be written. The same append again settles it. */
export class OutcomeUnknownError extends EventStoreError {
  override readonly name = 'OutcomeUnknownError';
}
