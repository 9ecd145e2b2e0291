import { Worker } from 'node:worker_threads';
import type { Followers } from '#following';
import type { FromProjectorThread, ProjectorThreadData } from '../../projector/src/projector.worker.js';

/**
 * Starts the projector in a thread of its own; ready when it resolves.
 * @param followers told how those of the thread do
 * @param onDeath told when it dies
 */
export const startProjectorThread = async (
  data: ProjectorThreadData,
  followers: Followers,
  onDeath: (error: Error) => void,
): Promise<{ stop(): Promise<void> }> => {
  const worker = new Worker(new URL('../../projector/src/projector.worker.js', import.meta.url), {
    workerData: data,
    transferList: data.events.kind === 'sqlite' ? [data.events.port] : [],
  });
  // A thread that has died ends no second time.
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  worker.once('error', onDeath);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject).on('message', (message: FromProjectorThread) => {
      if (message.kind === 'follower') followers.note(message.state);
      else resolve();
    });
  });
  return {
    stop: async () => {
      worker.postMessage('stop');
      await exited;
    },
  };
};
