export type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  StoreHealth,
  SubscribeOptions,
  SubscriptionBatch,
  SubscriptionHealth,
} from './event-store.js';
export { comparePositions } from './event-store.js';
export {
  CommandReusedError,
  EventStoreError,
  EventTooLargeError,
  OutcomeUnknownError,
  StoreUnavailableError,
  StreamNotFoundError,
  WrongRevisionError,
} from './errors.js';
export { historyItem } from './history-item.js';
export { KurrentDbEventStore, type KurrentDbOptions } from './kurrentdb/kurrentdb-event-store.js';
export { MemoryEventStore, MemoryLog } from './memory/memory-event-store.js';
export { SqliteEventStore } from './sqlite/sqlite-event-store.js';
export { lockForWriting } from './sqlite/database.js';
export { Waker } from './tail.js';
