import { AggregateStore } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock } from '#kernel';
import { type Alert, type AlertEvent, alertType } from './domain/alert.js';

export class AlertStore extends AggregateStore<Alert, AlertEvent> {
  constructor(events: EventStore, clock: Clock) {
    super(alertType, events, clock);
  }
}
