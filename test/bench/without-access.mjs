// node --import ./test/bench/without-access.mjs …: the service lets everybody in, without a look at who it is.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

const REPLACED = /\/dist\/apps\/api\/src\/http\/(?:authentication|authorization)\.js$/;
const OPEN_DOOR = new URL('./open-door.mjs', import.meta.url).href;

export const resolve = async (specifier, context, next) => {
  const found = await next(specifier, context);
  return REPLACED.test(found.url) && context.parentURL !== OPEN_DOOR ? { ...found, url: OPEN_DOOR } : found;
};
