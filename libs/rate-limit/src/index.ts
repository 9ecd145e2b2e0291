export type { RateCounter } from './rate-counter.js';
export { RateLimits, type Verdict } from './rate-limits.js';
export { RedisRateCounter } from './redis-rate-counter.js';
