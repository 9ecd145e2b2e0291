import { promisify } from 'node:util';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import featuresGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import featuresPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import streamsGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { TcpLink } from '../tcp-link.js';
import { answerAppends, type BatchCall } from './appends.js';
import { StandInLog } from './log.js';
import { nameOf } from './messages.js';
import { answerRead, type ReadCall } from './reads.js';
import { StandInSubscription } from './subscription.js';

const VERSION = '23.10.0';
const METHODS = ['Read', 'Append', 'Delete', 'Tombstone', 'BatchAppend'];

const features = (): InstanceType<typeof featuresPb.SupportedMethods> =>
  new featuresPb.SupportedMethods()
    .setEventStoreServerVersion(VERSION)
    .setMethodsList(
      METHODS.map((method) =>
        new featuresPb.SupportedMethod()
          .setServiceName('event_store.client.streams.streams')
          .setMethodName(method.toLowerCase()),
      ),
    );

type Removal<Request, Response> = (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => void;

/**
 * Speaks a KurrentDB server's gRPC over loopback and keeps its events in memory: what the official client sees of a
 * server of version 23.10, its oddities included. Faults are done to the {@link link} between it and its clients.
 */
export class KurrentDbStandIn {
  readonly log = new StandInLog();
  readonly #server = new Server();
  readonly #subscriptions = new Set<StandInSubscription>();
  #link: TcpLink | undefined;
  #eventsPushed = 0;

  private constructor() {
    this.#server.addService(streamsGrpc.StreamsService, {
      read: (call: ReadCall) => void this.#read(call),
      batchAppend: (call: BatchCall) => answerAppends(call, this.log),
      delete: this.#delete,
      tombstone: this.#tombstone,
    });
    this.#server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<InstanceType<typeof featuresPb.SupportedMethods>>) =>
        answer(null, features()),
    });
  }

  static async start(): Promise<KurrentDbStandIn> {
    const standIn = new KurrentDbStandIn();
    const bind = promisify<string, ServerCredentials, number>(standIn.#server.bindAsync.bind(standIn.#server));
    const port = await bind('127.0.0.1:0', ServerCredentials.createInsecure());
    standIn.#link = await TcpLink.open({ host: '127.0.0.1', port });
    return standIn;
  }

  /** The line between the server and its clients. */
  get link(): TcpLink {
    if (this.#link === undefined) throw new Error('The stand-in is not started.');
    return this.#link;
  }

  get url(): string {
    return `kurrentdb://127.0.0.1:${this.link.port}?tls=false&discoveryInterval=10`;
  }

  /** How many events were sent to subscribers so far. */
  get eventsPushed(): number {
    return this.#eventsPushed;
  }

  /** Ends every subscription as the server ends one whose live buffer is full. */
  dropSubscriptions(): void {
    for (const subscription of this.#subscriptions) subscription.drop();
  }

  async close(): Promise<void> {
    await this.link.close();
    this.#server.forceShutdown();
  }

  async #read(call: ReadCall): Promise<void> {
    const options = call.request.getOptions();
    call.on('error', () => undefined);
    if (options === undefined) return;
    if (!options.hasSubscription()) return answerRead(call, options, this.log);
    const subscription = new StandInSubscription(call, options, this.log, () => (this.#eventsPushed += 1));
    this.#subscriptions.add(subscription);
    await subscription.run();
    this.#subscriptions.delete(subscription);
  }

  readonly #delete: Removal<InstanceType<typeof streamsPb.DeleteReq>, InstanceType<typeof streamsPb.DeleteResp>> = (
    call,
    answer,
  ) => {
    this.log.delete(nameOf(call.request.getOptions()?.getStreamIdentifier()));
    answer(null, new streamsPb.DeleteResp());
  };

  readonly #tombstone: Removal<
    InstanceType<typeof streamsPb.TombstoneReq>,
    InstanceType<typeof streamsPb.TombstoneResp>
  > = (call, answer) => {
    this.log.tombstone(nameOf(call.request.getOptions()?.getStreamIdentifier()));
    answer(null, new streamsPb.TombstoneResp());
  };
}
