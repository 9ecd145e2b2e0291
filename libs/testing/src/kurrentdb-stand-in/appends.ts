import type { ServerDuplexStream } from '@grpc/grpc-js';
import type streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { Expected, Proposed, StandInLog } from './log.js';
import { appendedMessage, expectedOf, nameOf, proposedOf } from './messages.js';

type BatchRequest = InstanceType<typeof streamsPb.BatchAppendReq>;
export type BatchCall = ServerDuplexStream<BatchRequest, InstanceType<typeof streamsPb.BatchAppendResp>>;

interface Begun {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: Proposed[];
}

/** The one stream that a client sends all its appends over; an append may come in several messages. */
export const answerAppends = (call: BatchCall, log: StandInLog): void => {
  const begun = new Map<string, Begun>();
  call.on('data', (request: BatchRequest) => {
    const correlation = request.getCorrelationId();
    const key = correlation?.getString() ?? '';
    const options = request.getOptions();
    const append = begun.get(key) ?? {
      stream: nameOf(options?.getStreamIdentifier()),
      expected: options === undefined ? 0n : expectedOf(options),
      events: [],
    };
    append.events.push(...request.getProposedMessagesList().map(proposedOf));
    begun.set(key, append);
    if (!request.getIsFinal()) return;
    begun.delete(key);
    const appended = log.append(append.stream, append.expected, append.events);
    call.write(appendedMessage(correlation, append.stream, append.expected, appended));
  });
  call.on('end', () => call.end());
  call.on('error', () => undefined);
};
