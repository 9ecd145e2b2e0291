import type { CalendarDefinition, Published } from '#service-level';

/** Days off to come that the version before has and this one lacks: a published version is whole, and adds to nothing. */
export const droppedHolidays = (versionsOf: Published<CalendarDefinition>) => {
  const [before, next] = versionsOf.versions.slice(-2);
  if (before === undefined || next === undefined) return [];
  const kept = new Set([...next.definition.holidays, ...Object.keys(next.definition.overrides)]);
  const today = next.effectiveFrom.slice(0, 10);
  const dropped = before.definition.holidays.filter((date) => date >= today && !kept.has(date)).sort();
  const [first] = dropped;
  if (first === undefined) return [];
  return [
    {
      pointer: '#/holidays',
      code: 'holidays-dropped',
      detail: `The version before has ${dropped.length} holidays to come that this one lacks, the first on ${first}. Where they are meant, publish them with it or import them again.`,
    },
  ];
};
