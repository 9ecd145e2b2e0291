import { AggregateStore } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock } from '#kernel';
import { type Tenant, type TenantEvent, tenantType } from './domain/tenant.js';

export class TenantStore extends AggregateStore<Tenant, TenantEvent> {
  constructor(events: EventStore, clock: Clock) {
    super(tenantType, events, clock);
  }
}
