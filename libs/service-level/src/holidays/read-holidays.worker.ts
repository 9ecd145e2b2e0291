import { parentPort } from 'node:worker_threads';
import type { FileToRead } from './holiday-reader.js';
import { readHolidays } from './read-holidays.js';

parentPort?.on('message', ({ text, now }: FileToRead) => {
  parentPort?.postMessage(readHolidays(text, now));
});
