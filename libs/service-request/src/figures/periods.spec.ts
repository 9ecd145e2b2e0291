import fc from 'fast-check';
import { type Instant, instantFromMs } from '#kernel';
import { propertyRuns } from '#testing';
import { PERIOD_UNITS, periodsBetween, type PeriodUnit } from './periods.js';

const between = (unit: PeriodUnit, timeZone: string, from: string, to: string, limit = 1_000) =>
  periodsBetween(unit, timeZone, from as Instant, to as Instant, limit);
const names = (...wanted: Parameters<typeof between>) => between(...wanted)?.map(({ name }) => name);

describe('the periods of a report', () => {
  it('are those of the zone: the same instant lies in another month elsewhere', () => {
    const midnight = ['2026-06-30T20:00:00.000Z', '2026-06-30T20:00:00.001Z'] as const;
    expect(names('month', 'UTC', ...midnight)).toEqual(['2026-06']);
    expect(names('month', 'Asia/Seoul', ...midnight)).toEqual(['2026-07']);
    expect(between('month', 'Asia/Seoul', ...midnight)).toEqual([
      { name: '2026-07', from: '2026-06-30T15:00:00.000Z', to: '2026-07-31T15:00:00.000Z' },
    ]);
  });

  it('are weeks from Monday on, numbered as in ISO 8601', () => {
    expect(names('week', 'UTC', '2026-12-27T23:59:59.999Z', '2027-01-04T00:00:00.001Z')).toEqual([
      '2026-W52',
      '2026-W53',
      '2027-W01',
    ]);
  });

  it('are as long as the day is when the clocks change', () => {
    const [day] = between('day', 'America/New_York', '2026-03-08T12:00:00.000Z', '2026-03-08T12:00:00.001Z') ?? [];
    expect(day).toEqual({ name: '2026-03-08', from: '2026-03-08T05:00:00.000Z', to: '2026-03-09T04:00:00.000Z' });
  });

  it('leave out a date that the zone skipped', () => {
    expect(names('day', 'Pacific/Apia', '2011-12-29T12:00:00.000Z', '2011-12-31T12:00:00.000Z')).toEqual([
      '2011-12-29',
      '2011-12-31',
      '2012-01-01',
    ]);
  });

  it('hold `from` but not `to`, and are none when that is not later', () => {
    expect(names('day', 'UTC', '2026-07-13T00:00:00.000Z', '2026-07-14T00:00:00.000Z')).toEqual(['2026-07-13']);
    expect(names('day', 'UTC', '2026-07-13T00:00:00.000Z', '2026-07-13T00:00:00.000Z')).toEqual([]);
  });

  it('are no more than asked for', () => {
    expect(names('day', 'UTC', '2026-07-13T00:00:00.000Z', '2026-07-15T00:00:00.000Z', 2)).toHaveLength(2);
    expect(names('day', 'UTC', '2026-07-13T00:00:00.000Z', '2026-07-15T00:00:00.001Z', 2)).toBeUndefined();
  });

  it('follow each other without a gap and hold the whole span, in any zone', () => {
    const ms = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2035, 0, 1) });
    const days = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(
        fc.constantFrom(...PERIOD_UNITS),
        fc.constantFrom('Pacific/Apia', 'America/Havana', 'Asia/Gaza', 'Africa/Cairo', 'Europe/Dublin', 'UTC'),
        ms,
        days,
        (unit, timeZone, start, length) => {
          const [from, to] = [instantFromMs(start), instantFromMs(start + length * 86_400_000 + 1)];
          const periods = periodsBetween(unit, timeZone, from, to, 1_000) ?? [];
          expect((periods[0]?.from ?? '') <= from && (periods[0]?.to ?? '') > from).toBe(true);
          expect((periods.at(-1)?.to ?? '') >= to).toBe(true);
          expect(periods.slice(1).map((period) => period.from)).toEqual(
            periods.slice(0, -1).map((period) => period.to),
          );
          expect(new Set(periods.map(({ name }) => name)).size).toBe(periods.length);
        },
      ),
      propertyRuns(),
    );
  });
});
