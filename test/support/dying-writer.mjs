// Loaded before the service by a test: the writer of events dies when its second client comes, in the middle of the start.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

let clients = 0;
if (!isMainThread && String(workerData).endsWith('events.db'))
  parentPort.on('message', ({ kind }) => {
    if (kind === 'connect' && (clients += 1) === 2) throw new Error('The disk is gone.');
  });
