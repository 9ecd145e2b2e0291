import { Worker } from 'node:worker_threads';
import type { ProjectorThreadData } from '../../projector/src/projector.worker.js';

/**
 * Starts the projector in a thread of its own; ready when it resolves.
 * @param onDeath told when it dies
 */
export const startProjectorThread = async (
  data: ProjectorThreadData,
  onDeath: (error: Error) => void,
): Promise<{ stop(): Promise<void> }> => {
  const worker = new Worker(new URL('../../projector/src/projector.worker.js', import.meta.url), {
    workerData: data,
    transferList: data.events.kind === 'sqlite' ? [data.events.port] : [],
  });
  worker.once('error', onDeath);
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return {
    stop: async () => {
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage('stop');
      await exited;
    },
  };
};
