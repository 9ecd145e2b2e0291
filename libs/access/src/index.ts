export { AccessKeys, type Principal } from './access-keys.js';
