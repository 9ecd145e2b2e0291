export { AlertStore } from './alert.store.js';
export { AcknowledgeAlertCommand } from './commands/acknowledge-alert/acknowledge-alert.command.js';
export { AcknowledgeAlertHandler } from './commands/acknowledge-alert/acknowledge-alert.handler.js';
export { SnoozeAlertCommand } from './commands/snooze-alert/snooze-alert.command.js';
export { SnoozeAlertHandler } from './commands/snooze-alert/snooze-alert.handler.js';
export { type Alert, type AlertEvent, alertType, type OpenedAlert } from './domain/alert.js';
export { OpenAlertsReactor } from './reactions/open-alerts.reactor.js';
export { AlertQueries, alertView } from './read-models/alert.queries.js';
export { type AlertSchema, alertsProjection } from './read-models/alerts.projection.js';
