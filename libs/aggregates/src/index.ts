export type { Snapshot } from './aggregate-memory.js';
export { AggregateStore, type IfRevision, type Change } from './aggregate-store.js';
export type { AggregateType } from './aggregate-type.js';
export { COMMAND_HAD_NO_EFFECT, evolveRecorded, hadNoEffect } from './no-effect.js';
export { EventCodec, type EventShapes, type StoredEvent, UnknownEventError, type Upcaster } from './event-codec.js';
