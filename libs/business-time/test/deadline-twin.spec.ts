import fc from 'fast-check';
import { propertyRuns } from '#testing';
import { addOpenTime, compileCalendar } from '../src/index.js';
import { anyCase } from './arbitraries.js';
import { dueByCounting, seenUntil } from './minute-twin.js';

describe('a deadline', () => {
  it('is the one that counting minutes on the wall clock finds, in every zone, 1990 to 2035', () => {
    const zones = new Set<string>();
    fc.assert(
      fc.property(anyCase, (example) => {
        zones.add(example.calendar.timeZone);
        const deadline = addOpenTime(
          compileCalendar(example.calendar),
          example.start,
          example.budgetMs,
          example.pauses,
        );
        const counted = dueByCounting(example);

        if (counted !== null) expect(deadline).toEqual({ kind: 'due', at: counted });
        else if (deadline.kind === 'due') expect(deadline.at > seenUntil(example.start)).toBe(true);
        else expect(deadline).toEqual({ kind: 'unreachable' });
      }),
      { numRuns: Number(process.env['TWIN_RUNS'] ?? propertyRuns().numRuns) },
    );
    expect(zones.size).toBeGreaterThanOrEqual(60);
  });
});
