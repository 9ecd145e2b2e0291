export { createLog, withoutCredentials } from './log.js';
