import type { DomainEvent } from '#kernel';
import type { EventCodec } from './event-codec.js';

/** What the store must know of one kind of aggregate. `State` is plain JSON, so that read models can keep it as it is. */
export interface AggregateType<State, Event extends DomainEvent> {
  /** First part of the stream's name; part of the history, so it never changes. No dashes: servers group streams by it. */
  readonly category: string;
  readonly initial: State;
  evolve(state: State, event: Event): State;
  readonly codec: EventCodec<Event>;
}

/** Where an aggregate's events are: another tenant's is in another stream, so it cannot be found by mistake (G9). */
export const streamName = (
  { category }: Pick<AggregateType<unknown, DomainEvent>, 'category'>,
  tenantId: string,
  id: string,
): string => `${category}-${tenantId}.${id}`;

/** Whose a stream is, by its name: categories have no dashes and tenants no dots. */
export const tenantOfStream = (stream: string): string => stream.slice(stream.indexOf('-') + 1).split('.', 1)[0] ?? '';
