import type { AggregateType } from '#aggregates';
import { EventCodec } from '#aggregates';
import type { Instant } from '#kernel';
import type { CalendarDefinition } from './calendar-definition.js';
import type { PolicyDefinition } from './policy-definition.js';
import type { CalendarPublished, PolicyPublished } from './service-level.events.js';

/** All versions of one policy or calendar, the first at index 0. */
export interface Published<Definition> {
  readonly versions: readonly { readonly publishedAt: Instant; readonly definition: Definition }[];
}

export const policyType: AggregateType<Published<PolicyDefinition>, PolicyPublished> = {
  category: 'slaPolicy',
  initial: { versions: [] },
  evolve: ({ versions }, { data }) => ({
    versions: [...versions, { publishedAt: data.publishedAt, definition: data.definition }],
  }),
  codec: new EventCodec<PolicyPublished>({ SlaPolicyPublished: [] }),
};

export const calendarType: AggregateType<Published<CalendarDefinition>, CalendarPublished> = {
  category: 'calendar',
  initial: { versions: [] },
  evolve: ({ versions }, { data }) => ({
    versions: [...versions, { publishedAt: data.publishedAt, definition: data.definition }],
  }),
  codec: new EventCodec<CalendarPublished>({ CalendarPublished: [] }),
};
