import { AggregateStore, type AggregateType, EventCodec } from '#aggregates';
import type { EventStore } from '#event-store';
import type { Clock, DomainEvent, Instant } from '#kernel';

/** An operator's wish travels as an event: whichever process projects sees it, and the history tells who asked. */
export type ProjectionRebuildRequested = DomainEvent<
  'ProjectionRebuildRequested',
  { projection: string; requestedAt: Instant }
>;

export interface RebuildRequests {
  readonly count: number;
}

export const rebuildRequestType: AggregateType<RebuildRequests, ProjectionRebuildRequested> = {
  category: 'projection',
  initial: { count: 0 },
  evolve: ({ count }) => ({ count: count + 1 }),
  codec: new EventCodec<ProjectionRebuildRequested>({ ProjectionRebuildRequested: [] }),
};

export class RebuildRequestStore extends AggregateStore<RebuildRequests, ProjectionRebuildRequested> {
  constructor(events: EventStore, clock: Clock) {
    super(rebuildRequestType, events, clock);
  }
}
