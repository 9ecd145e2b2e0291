export { AcknowledgeAlertCommand } from './commands/acknowledge-alert/acknowledge-alert.command.js';
export { AcknowledgeAlertHandler } from './commands/acknowledge-alert/acknowledge-alert.handler.js';
export { SnoozeAlertCommand } from './commands/snooze-alert/snooze-alert.command.js';
export { SnoozeAlertHandler } from './commands/snooze-alert/snooze-alert.handler.js';
