import type { Instant } from '#kernel';
import type { CalendarDefinition } from '#service-level';
import { droppedHolidays } from './dropped-holidays.js';

const published = (...versions: readonly Partial<CalendarDefinition>[]) => ({
  versions: versions.map((definition, index) => {
    const at = `2026-0${index + 1}-01T00:00:00.000Z` as Instant;
    const calendar = { displayName: 'Desk', timeZone: 'UTC', week: {}, holidays: [], overrides: {}, ...definition };
    return { publishedAt: at, effectiveFrom: at, definition: calendar };
  }),
});
const holidays = ['2026-01-01', '2026-12-26', '2026-12-25'];

it('are those to come that the version before has, and this one neither closes nor gives windows of its own', () => {
  const half = { holidays: ['2026-12-26'], overrides: { '2026-12-25': [['09:00', '12:00']] } } as const;
  expect(droppedHolidays(published({ holidays }, {}))).toMatchObject([
    {
      code: 'holidays-dropped',
      detail: expect.stringContaining('2 holidays to come that this one lacks, the first on 2026-12-25') as string,
    },
  ]);
  expect(droppedHolidays(published({ holidays }, half))).toEqual([]);
});

it('are none of a first version', () => {
  expect(droppedHolidays(published({ holidays }))).toEqual([]);
});
