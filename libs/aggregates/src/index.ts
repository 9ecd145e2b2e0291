export { AggregateStore, type Change, type Snapshot } from './aggregate-store.js';
export type { AggregateType } from './aggregate-type.js';
export { EventCodec, type EventShapes, type StoredEvent, UnknownEventError, type Upcaster } from './event-codec.js';
