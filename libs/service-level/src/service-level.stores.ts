import { AggregateStore } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock } from '#kernel';
import type { CalendarDefinition } from './domain/calendar-definition.js';
import { calendarType, policyType, type Published } from './domain/definition.js';
import type { PolicyDefinition } from './domain/policy-definition.js';
import type { CalendarEvent, PolicyPublished } from './domain/service-level.events.js';

export class PolicyStore extends AggregateStore<Published<PolicyDefinition>, PolicyPublished> {
  constructor(events: EventStore, clock: Clock) {
    super(policyType, events, clock);
  }
}

export class CalendarStore extends AggregateStore<Published<CalendarDefinition>, CalendarEvent> {
  constructor(events: EventStore, clock: Clock) {
    super(calendarType, events, clock);
  }
}
