import type { CalendarDefinition } from '../src/domain/calendar-definition.js';

/** Open on Mondays, in Berlin. */
export const office: CalendarDefinition = {
  displayName: 'Office',
  timeZone: 'Europe/Berlin',
  week: { '1': [['09:00', '17:00']] },
  holidays: [],
  overrides: {},
};
