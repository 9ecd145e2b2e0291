import { Metadata, type ServerWritableStream, status } from '@grpc/grpc-js';
import streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { Entry, StandInLog } from './log.js';
import { eventMessage, nameOf, streamNotFoundMessage } from './messages.js';

const { ReadReq } = streamsPb;
export type ReadRequest = InstanceType<typeof ReadReq>;
export type ReadOptions = InstanceType<typeof ReadReq.Options>;
export type ReadCall = ServerWritableStream<ReadRequest, InstanceType<typeof streamsPb.ReadResp>>;

/** Ends a call with an error as the server words it. */
export const refuse = (call: ReadCall, code: status, details: string, extra: Record<string, string> = {}): void => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(extra)) metadata.set(key, value);
  call.emit('error', { code, details, metadata });
};

/** Writes no faster than the client reads; a call that is over takes nothing more. */
export const send = async (call: ReadCall, message: Parameters<ReadCall['write']>[0]): Promise<void> => {
  if (call.cancelled || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('cancelled', done);
      resolve();
    };
    call.on('drain', done).on('cancelled', done);
  });
};

/** What the filter lets through; no filter lets the server's own events through too. */
export const filterOf = (options: ReadOptions): ((entry: Entry) => boolean) => {
  const expression = options.getFilter()?.getEventType();
  if (expression === undefined) return () => true;
  const regex = new RegExp(expression.getRegex());
  return expression.getRegex() === ''
    ? ({ type }) => expression.getPrefixList().some((prefix) => type.startsWith(prefix))
    : ({ type }) => regex.test(type);
};

const isBackwards = (options: ReadOptions): boolean =>
  options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;

/** A position that no record begins or ends at. */
export const isBogus = (log: StandInLog, position: bigint): boolean =>
  position !== log.end && log.entries[log.indexAt(position)]?.position !== position;

/** The position is inclusive forwards and exclusive backwards. */
const entriesOfAll = (log: StandInLog, options: ReadOptions): readonly Entry[] | undefined => {
  const all = options.getAll();
  const position = all?.getPosition();
  const from = position === undefined ? (all?.hasEnd() ? log.end : 0n) : BigInt(position.getCommitPosition());
  if (position !== undefined && isBogus(log, from)) return undefined;
  const index = log.indexAt(from);
  return isBackwards(options) ? log.entries.slice(0, index).reverse() : log.entries.slice(index);
};

const entriesOfStream = (entries: readonly Entry[], options: ReadOptions): readonly Entry[] => {
  const stream = options.getStream();
  const backwards = isBackwards(options);
  if (stream?.hasStart()) return backwards ? entries.slice(0, 1) : entries;
  if (stream?.hasEnd()) return backwards ? entries.toReversed() : [];
  const from = BigInt(stream?.getRevision() ?? 0);
  return backwards
    ? entries.filter(({ revision }) => revision <= from).reverse()
    : entries.filter(({ revision }) => revision >= from);
};

const sendPage = async (call: ReadCall, entries: readonly Entry[], options: ReadOptions): Promise<void> => {
  const isWanted = filterOf(options);
  let left = BigInt(options.getCount());
  for (const entry of entries) {
    if (left === 0n || call.cancelled) break;
    if (!isWanted(entry)) continue;
    await send(call, eventMessage(entry));
    left -= 1n;
  }
  call.end();
};

const answerReadOfAll = async (call: ReadCall, options: ReadOptions, log: StandInLog): Promise<void> => {
  const entries = entriesOfAll(log, options);
  if (entries === undefined) refuse(call, status.UNKNOWN, 'Unexpected ReadAllResult: InvalidPosition');
  else await sendPage(call, entries, options);
};

const answerReadOfStream = async (call: ReadCall, options: ReadOptions, log: StandInLog): Promise<void> => {
  const name = nameOf(options.getStream()?.getStreamIdentifier());
  const { kind, entries } = log.read(name);
  switch (kind) {
    case 'found':
      await sendPage(call, entriesOfStream(entries, options), options);
      return;
    case 'not-found':
      await send(call, streamNotFoundMessage(name));
      call.end();
      return;
    case 'deleted':
      refuse(call, status.FAILED_PRECONDITION, `Event stream '${name}' is deleted.`, {
        exception: 'stream-deleted',
        'stream-name': name,
      });
  }
};

/** Answers a read of a stream or of all, as the server does. */
export const answerRead = async (call: ReadCall, options: ReadOptions, log: StandInLog): Promise<void> => {
  if (options.getCount() === '0') refuse(call, status.INVALID_ARGUMENT, 'The count must be positive.');
  else if (options.hasAll()) await answerReadOfAll(call, options, log);
  else await answerReadOfStream(call, options, log);
};
