export { impatientRedis, isReadyWithin } from './impatient-redis.js';
