import { parentPort, workerData } from 'node:worker_threads';
import { type FollowerState, Followers } from '#following';
import { systemClock } from '#kernel';
import { createLog } from '#observability';
import { connectTo, type EventsAddress } from './events-address.js';
import { startProjector } from './start-projector.js';

/** What the thread needs of the process that owns the event store's writer. */
export interface ProjectorThreadData {
  readonly events: EventsAddress;
  readonly readStoreFile: string;
  readonly logLevel: string;
}

export type FromProjectorThread =
  { readonly kind: 'ready' } | { readonly kind: 'follower'; readonly state: FollowerState };

if (parentPort === null) throw new Error('The projector runs as a worker thread.');
const owner = parentPort;
const tell = (message: FromProjectorThread): void => {
  owner.postMessage(message);
};
const { events: address, readStoreFile, logLevel } = workerData as ProjectorThreadData;
const events = await connectTo(address);
const log = createLog(logLevel, { name: 'projector', sync: true });
const followers = new Followers(systemClock, log, (state) => tell({ kind: 'follower', state }));
const projector = await startProjector(events, readStoreFile, followers, log);

owner.once('message', () => {
  void projector
    .stop()
    .then(() => events.close())
    .then(() => {
      owner.close();
    });
});
tell({ kind: 'ready' });
