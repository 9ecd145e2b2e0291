export { eventually } from './eventually.js';
export { RedisServer } from './redis-server.js';
