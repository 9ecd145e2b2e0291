import type { EventStore } from '#event-store';
import { systemClock } from '#kernel';
import { CalendarStore, PolicyStore, SlaCatalogue, TZDATA } from '#service-level';

/** The policies and calendars of a store, and those that are built in. */
export const catalogueOf = (events: EventStore): SlaCatalogue =>
  new SlaCatalogue(new PolicyStore(events, systemClock), new CalendarStore(events, systemClock), TZDATA);
