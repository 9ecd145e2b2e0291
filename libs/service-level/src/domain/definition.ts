import { type AggregateType, EventCodec, type Upcaster } from '#aggregates';
import type { Instant } from '#kernel';
import type { CalendarDefinition } from './calendar-definition.js';
import type { PolicyDefinition } from './policy-definition.js';
import type { CalendarEvent, HolidaysImported, PolicyPublished } from './service-level.events.js';

interface Version<Definition> {
  readonly publishedAt: Instant;
  /** New promises are made under it from this instant on, until that of another version. */
  readonly effectiveFrom: Instant;
  readonly definition: Definition;
  /** What a file brought into this version. */
  readonly imported?: {
    readonly from: string;
    readonly to: string;
    readonly dates: number;
    readonly skippedEvents: number;
  };
}

/** All versions of one policy or calendar, the first at index 0. */
export interface Published<Definition> {
  readonly versions: readonly Version<Definition>[];
}

/** One version of a policy or calendar. */
export interface Edition<Definition> extends Version<Definition> {
  readonly id: string;
  readonly version: number;
}

/** The newest version, or the one asked for; undefined when there is none. */
export const editionOf = <Definition>(
  id: string,
  { versions }: Published<Definition>,
  version = versions.length,
): Edition<Definition> | undefined => {
  const found = versions[version - 1];
  return found && { id, version, ...found };
};

/**
 * The version in force at an instant: of those effective by then the one effective last, the later publication among
 * equals. What is published afterwards never changes the answer, since no version is effective before its publication.
 */
export const inForce = <Definition>(
  id: string,
  published: Published<Definition>,
  at: Instant,
): Edition<Definition> | undefined => {
  const { versions } = published;
  const last = versions.reduce<number | undefined>((best, { effectiveFrom }, index) => {
    if (effectiveFrom > at) return best;
    return best === undefined || effectiveFrom >= (versions[best]?.effectiveFrom ?? '') ? index : best;
  }, undefined);
  if (last !== undefined) return editionOf(id, published, last + 1);
  // Two machines' clocks differ: what was to be in force at once is so for the other one too.
  const [first] = versions;
  return first?.effectiveFrom === first?.publishedAt ? editionOf(id, published, 1) : undefined;
};

/** The first shape knew of no later effect. */
const effectiveAtOnce: Upcaster = (data) => ({ ...data, effectiveFrom: data['publishedAt'] });

export const policyType: AggregateType<Published<PolicyDefinition>, PolicyPublished> = {
  category: 'slaPolicy',
  initial: { versions: [] },
  evolve: ({ versions }, { data: { publishedAt, effectiveFrom, definition } }) => ({
    versions: [...versions, { publishedAt, effectiveFrom, definition }],
  }),
  codec: new EventCodec<PolicyPublished>({ SlaPolicyPublished: [effectiveAtOnce] }),
};

const withHolidays = (definition: CalendarDefinition, dates: readonly string[]): CalendarDefinition => ({
  ...definition,
  holidays: [...new Set([...definition.holidays, ...dates])].sort(),
});

const afterImport = (
  versions: readonly Version<CalendarDefinition>[],
  { publishedAt, effectiveFrom, dates, from, to, skippedEvents }: HolidaysImported['data'],
): readonly Version<CalendarDefinition>[] => {
  const before = versions.at(-1);
  if (before === undefined) return versions;
  const imported = { from, to, dates: dates.length, skippedEvents };
  return [...versions, { publishedAt, effectiveFrom, definition: withHolidays(before.definition, dates), imported }];
};

export const calendarType: AggregateType<Published<CalendarDefinition>, CalendarEvent> = {
  category: 'calendar',
  initial: { versions: [] },
  evolve: ({ versions }, event) => {
    switch (event.type) {
      case 'CalendarPublished': {
        const { publishedAt, effectiveFrom, definition } = event.data;
        return { versions: [...versions, { publishedAt, effectiveFrom, definition }] };
      }
      case 'HolidaysImported':
        return { versions: afterImport(versions, event.data) };
    }
  },
  codec: new EventCodec<CalendarEvent>({ CalendarPublished: [effectiveAtOnce], HolidaysImported: [] }),
};
