export { eventually } from './eventually.js';
export { newEvents } from './new-events.js';
export { redisBinary, RedisServer } from './redis-server.js';
