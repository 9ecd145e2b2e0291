import { AggregateStore } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock } from '#kernel';
import { apiKeysType, type ApiKeyEvent, type ApiKeys } from './domain/api-keys.js';

export class ApiKeyStore extends AggregateStore<ApiKeys, ApiKeyEvent> {
  constructor(events: EventStore, clock: Clock) {
    super(apiKeysType, events, clock);
  }
}
