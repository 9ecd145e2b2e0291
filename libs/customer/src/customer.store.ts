import { AggregateStore } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock } from '#kernel';
import { type Customer, type CustomerEvent, customerType } from './domain/customer.js';

export class CustomerStore extends AggregateStore<Customer, CustomerEvent> {
  constructor(events: EventStore, clock: Clock) {
    super(customerType, events, clock);
  }
}
