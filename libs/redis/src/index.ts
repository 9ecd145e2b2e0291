export { impatientRedis, waitUntilReady } from './impatient-redis.js';
