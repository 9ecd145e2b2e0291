export type { AlertMessage, AlertStreamOptions } from './alert-stream.js';
export { type ClientOptions, createClient, data, items, type LedgerdeskClient } from './create-client.js';
export type { components, operations, paths } from './openapi.types.js';
export { ProblemError } from './problem-error.js';
export type { Send, Wait } from './steady-fetch.js';
