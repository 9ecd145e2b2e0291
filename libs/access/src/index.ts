export { AccessKeys, DEFAULT_TENANT, type Principal } from './access-keys.js';
