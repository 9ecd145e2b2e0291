import sharedPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import statusPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Appended, Entry, Expected, Proposed } from './log.js';
import { ANY, MAX_APPEND_SIZE, NO_STREAM } from './log.js';

const { ReadResp, BatchAppendResp } = streamsPb;
type ReadResponse = InstanceType<typeof ReadResp>;
type BatchResponse = InstanceType<typeof BatchAppendResp>;
type BatchOptions = InstanceType<typeof streamsPb.BatchAppendReq.Options>;
type BatchMessage = InstanceType<typeof streamsPb.BatchAppendReq.ProposedMessage>;
type Uuid = InstanceType<typeof sharedPb.UUID>;
type StreamIdentifier = InstanceType<typeof sharedPb.StreamIdentifier>;

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

const identifierOf = (stream: string): StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

const uuidOf = (id: string): Uuid => new sharedPb.UUID().setString(id);

export const eventMessage = (entry: Entry): ReadResponse => {
  const position = String(entry.position);
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(uuidOf(entry.id))
    .setStreamIdentifier(identifierOf(entry.stream))
    .setStreamRevision(String(entry.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(entry.data)
    .setCustomMetadata(entry.metadata);
  const metadata = recorded.getMetadataMap();
  metadata.set('type', entry.type);
  metadata.set('content-type', entry.contentType);
  metadata.set('created', String(entry.created));
  return new ReadResp().setEvent(new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position));
};

export const confirmationMessage = (id: string): ReadResponse =>
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(id));

export const caughtUpMessage = (): ReadResponse => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());

export const checkpointMessage = (commit: bigint, prepare: bigint): ReadResponse =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(String(commit)).setPreparePosition(String(prepare)),
  );

export const streamNotFoundMessage = (stream: string): ReadResponse =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)));

export const proposedOf = (message: BatchMessage): Proposed => {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};

export const expectedOf = (options: BatchOptions): Expected => {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  return options.hasNoStream() ? NO_STREAM : ANY;
};

const wrongVersion = (expected: Expected, current: bigint) => {
  const details = new sharedPb.WrongExpectedVersion();
  if (expected >= 0n) details.setExpectedStreamPosition(String(expected));
  else details.setExpectedNoStream(new emptyPb.Empty());
  return current < 0n
    ? details.setCurrentNoStream(new emptyPb.Empty())
    : details.setCurrentStreamRevision(String(current));
};

const detailsOf = (refused: Exclude<Appended, { kind: 'success' }>, expected: Expected): [Uint8Array, string] => {
  switch (refused.kind) {
    case 'wrong-version':
      return [wrongVersion(expected, refused.current).serializeBinary(), 'WrongExpectedVersion'];
    case 'deleted':
      return [new sharedPb.StreamDeleted().serializeBinary(), 'StreamDeleted'];
    case 'too-large': {
      const details = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_SIZE);
      return [details.serializeBinary(), 'MaximumAppendSizeExceeded'];
    }
  }
};

/** The answer to one append of the shared stream. */
export const appendedMessage = (
  correlation: Uuid | undefined,
  stream: string,
  expected: Expected,
  appended: Appended,
): BatchResponse => {
  const response = new BatchAppendResp().setCorrelationId(correlation).setStreamIdentifier(identifierOf(stream));
  if (appended.kind !== 'success') {
    const any = new anyPb.Any();
    const [details, name] = detailsOf(appended, expected);
    any.pack(details, `event_store.client.${name}`);
    return response.setError(new statusPb.Status().setMessage(name).setDetails(any));
  }
  const position = String(appended.position);
  return response.setSuccess(
    new BatchAppendResp.Success()
      .setCurrentRevision(String(appended.revision))
      .setPosition(new sharedPb.AllStreamPosition().setCommitPosition(position).setPreparePosition(position)),
  );
};
