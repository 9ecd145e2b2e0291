/** The event store is a port: an interface leaves no class behind to ask for. */
export const EVENT_STORE = Symbol('EventStore');
export const TIMER_QUEUE = Symbol('TimerQueue');
export const READ_STORE = Symbol('ReadStore');
export const LOG = Symbol('Logger');
