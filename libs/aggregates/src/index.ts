export type { Snapshot } from './aggregate-memory.js';
export { AggregateStore, type Change, type IfRevision } from './aggregate-store.js';
export { type AggregateType, streamName, tenantOfStream } from './aggregate-type.js';
export { EventCodec, type EventShapes, type StoredEvent, UnknownEventError, type Upcaster } from './event-codec.js';
export { COMMAND_HAD_NO_EFFECT, evolveRecorded, hadNoEffect } from './no-effect.js';
