import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { pino } from 'pino';
import { SqliteEventStore } from '#event-store';
import { startProjector } from './start-projector.js';

/** What the thread needs of the process that owns the event store's writer. */
export interface ProjectorThreadData {
  readonly eventsFile: string;
  readonly readStoreFile: string;
  readonly port: MessagePort;
  readonly logLevel: string;
}

if (parentPort === null) throw new Error('The projector runs as a worker thread.');
const owner = parentPort;
const { eventsFile, readStoreFile, port, logLevel } = workerData as ProjectorThreadData;
const events = SqliteEventStore.connect(eventsFile, port);
const log = pino({ name: 'projector', level: logLevel }, pino.destination({ dest: 2, sync: true }));
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
