import { instantFromMs } from '#kernel';
import type { CalendarDefinition } from '../src/domain/calendar-definition.js';

/** Open on Mondays, in Berlin. */
export const office: CalendarDefinition = {
  displayName: 'Office',
  timeZone: 'Europe/Berlin',
  week: { '1': [['09:00', '17:00']] },
  holidays: [],
  overrides: {},
};

const time = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const everyOtherMinute = Array.from({ length: 719 }, (_, index) => [time(index * 2), time(index * 2 + 1)] as const);

/** Open every other minute, with a holiday each week for eleven years: no week can be passed over unseen. */
export const fractured: CalendarDefinition = {
  displayName: 'Fractured',
  timeZone: 'UTC',
  week: { '1': everyOtherMinute, '2': everyOtherMinute, '3': everyOtherMinute },
  holidays: Array.from({ length: 570 }, (_, week) =>
    instantFromMs(Date.parse('2026-07-10T00:00:00Z') + week * 7 * 86_400_000).slice(0, 10),
  ),
  overrides: {},
};
