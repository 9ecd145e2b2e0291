export {
  type Configuration,
  ConfigurationError,
  type Environment,
  isLoopback,
  readConfiguration,
  readDataDirectory,
  type SettingInForce,
  surveyConfiguration,
  unknownSettings,
} from './read-configuration.js';
export type { Setting } from './setting.js';
export { SETTINGS } from './settings.js';
