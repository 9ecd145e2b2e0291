import { parentPort, workerData } from 'node:worker_threads';
import { createLog } from '#observability';
import { connectTo, type EventsAddress } from './events-address.js';
import { startProjector } from './start-projector.js';

/** What the thread needs of the process that owns the event store's writer. */
export interface ProjectorThreadData {
  readonly events: EventsAddress;
  readonly readStoreFile: string;
  readonly logLevel: string;
}

if (parentPort === null) throw new Error('The projector runs as a worker thread.');
const owner = parentPort;
const { events: address, readStoreFile, logLevel } = workerData as ProjectorThreadData;
const events = await connectTo(address);
const log = createLog(logLevel, { name: 'projector', sync: true });
const projector = await startProjector(events, readStoreFile, log);

owner.once('message', () => {
  void projector
    .stop()
    .then(() => events.close())
    .then(() => {
      owner.close();
    });
});
owner.postMessage('ready');
