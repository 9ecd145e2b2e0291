import { messageOf } from '#kernel';
import {
  EventStoreError,
  OutcomeUnknownError,
  StoreUnavailableError,
  StreamDeletedError,
  StreamNotFoundError,
} from '../errors.js';

/** The gRPC status for "not reachable". */
const UNAVAILABLE = 14;

/** Told by gRPC before anything was sent. */
const NEVER_SENT = /No connection established|Failed to discover|Name resolution failed/;

/** Told by a server that did not even try. */
const NOT_TAKEN = /Server Is Not Ready|Server Is (Too )?Busy|No leader info/;

/** The client's own name for what went wrong, where it has one. */
export const typeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'type' in error ? String(error.type) : undefined;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** One line that says what happened: for health and logs. */
export const reasonOf = (error: unknown): string => messageOf(error) || (typeOf(error) ?? 'unknown');

/**
 * What an append that did not succeed means to its writer. Whenever it may have reached the server, the outcome is
 * unknown: a repeat settles it.
 */
export const appendFailure = (cause: unknown, stream: string): EventStoreError => {
  if (cause instanceof EventStoreError) return cause;
  const reason = reasonOf(cause);
  if (typeOf(cause) === 'stream-deleted') return new StreamDeletedError(stream);
  if (typeOf(cause) === 'access-denied')
    return new StoreUnavailableError('KurrentDB refuses the credentials of KURRENTDB_URL.', { cause });
  if (
    NOT_TAKEN.test(reason) ||
    ((codeOf(cause) === UNAVAILABLE || typeOf(cause) === 'unavailable') && NEVER_SENT.test(reason))
  )
    return new StoreUnavailableError(`KurrentDB cannot be reached: ${reason}`, { cause });
  return new OutcomeUnknownError(`No answer to the append to ${stream}: ${reason}`, { cause });
};

/** What a read that did not succeed means. */
export const readFailure = (cause: unknown, stream = ''): EventStoreError => {
  if (cause instanceof EventStoreError) return cause;
  if (typeOf(cause) === 'stream-not-found') return new StreamNotFoundError(stream);
  if (typeOf(cause) === 'stream-deleted') return new StreamDeletedError(stream);
  return new StoreUnavailableError(`KurrentDB cannot be read: ${reasonOf(cause)}`, { cause });
};
