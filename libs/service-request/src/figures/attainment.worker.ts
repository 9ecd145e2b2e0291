import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#kernel';
import { openSqliteReadStore } from '#read-store';
import type { Answered, Asked } from './attainment-reader.js';
import { AttainmentQueries } from './attainment.queries.js';
import type { ServiceRequestSchema } from '../read-models/schema.js';

const { file } = workerData as { readonly file: string };
const queries = new AttainmentQueries(openSqliteReadStore<ServiceRequestSchema>(file, 'read'));

const answered = async ({ scope, question }: Asked): Promise<Answered> => {
  try {
    return { answer: await queries.attainment(scope, question) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
};

parentPort?.on('message', (asked: Asked) => {
  void answered(asked).then((answer) => parentPort?.postMessage(answer));
});
