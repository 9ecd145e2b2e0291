export { AlertStore } from './alert.store.js';
export { type Alert, type AlertEvent, alertType, type OpenedAlert } from './domain/alert.js';
export { OpenAlertsReactor } from './reactions/open-alerts.reactor.js';
export { AlertQueries, alertView } from './read-models/alert.queries.js';
export { type AlertSchema, alertsProjection } from './read-models/alerts.projection.js';
