export type { BullMqTimerQueueOptions } from './bullmq-timer-queue.js';
export { BullMqTimerQueue } from './bullmq-timer-queue.js';
export type { LocalRedis, LocalRedisOptions } from './local-redis.js';
export { startLocalRedis } from './local-redis.js';
export { MemoryTimerQueue } from './memory-timer-queue.js';
export type {
  LossReason,
  RunAgain,
  StartOptions,
  Timer,
  TimerHandler,
  TimerQueue,
  TimerQueueHealth,
} from './timer-queue.js';
