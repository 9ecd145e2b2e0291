export { AccessKeys, accessType, type Principal } from './access-keys.js';
export { CAPABILITIES, type Capability, may, ROLES, ruleOf, whoMay } from './roles.js';
