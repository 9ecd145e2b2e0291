import { WrongRevisionError } from '../errors.js';
import { appendFailure, readFailure } from './failures.js';

const failure = (message: string, more: { code?: number; type?: string } = {}): Error =>
  Object.assign(new Error(message), more);

describe('what a failed append means', () => {
  it.each([
    ['nobody listens', failure('14 UNAVAILABLE: No connection established. Last error: refused', { code: 14 })],
    ['no node is found', failure('Failed to discover after 10 attempts.', { type: 'unavailable' })],
    ['the server is starting', failure('Could not recognize Server Is Not Ready', { type: 'unknown' })],
    ['the server is overloaded', failure('Could not recognize Server Is Busy', { type: 'unknown' })],
    ['the credentials are wrong', failure('Access Denied', { type: 'access-denied' })],
  ])('is that nothing was written when %s', (_, cause) => {
    expect(appendFailure(cause, 's')).toMatchObject({ name: 'StoreUnavailableError', cause });
  });

  it.each([
    ['the connection dies', failure('14 UNAVAILABLE: read ECONNRESET', { code: 14, type: 'unavailable' })],
    ['the server gives up', failure('', { type: 'deadline-exceeded' })],
    ['another append ends the shared stream', failure('8 RESOURCE_EXHAUSTED', { code: 8, type: 'unknown' })],
    ['it is not understood', new Error('surprise')],
  ])('is unknown when %s', (_, cause) => {
    expect(appendFailure(cause, 's')).toMatchObject({ name: 'OutcomeUnknownError', cause });
  });

  it('is told as it is when the stream was deleted, or when it is known already', () => {
    expect(appendFailure(failure('', { type: 'stream-deleted' }), 's')).toMatchObject({
      name: 'StreamDeletedError',
      stream: 's',
    });
    const known = new WrongRevisionError('s', 1n, 2n);
    expect(appendFailure(known, 's')).toBe(known);
  });
});

describe('what a failed read means', () => {
  it.each([
    ['stream-not-found', 'StreamNotFoundError'],
    ['stream-deleted', 'StreamDeletedError'],
    ['unavailable', 'StoreUnavailableError'],
    ['unknown', 'StoreUnavailableError'],
  ])('is of %s a %s', (type, name) => {
    expect(readFailure(failure('', { type }), 's')).toMatchObject({ name });
  });
});
