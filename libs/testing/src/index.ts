export { eventually } from './eventually.js';
export { newEvents } from './new-events.js';
export { RedisServer } from './redis-server.js';
