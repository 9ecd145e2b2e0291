export { AccessKeys, accessType, type Principal } from './access-keys.js';
