import { type Instant, instantFromMs } from '#kernel';
import {
  addOpenTime,
  BeyondZoneRulesError,
  type Calendar,
  compileCalendar,
  compileContinuedCalendar,
  compilePinnedCalendar,
} from './index.js';

const HOUR = 3_600_000;
const at = (text: string): Instant => instantFromMs(Date.parse(text));
const wholeDay = [['00:00', '24:00']] as const;

const aroundTheClock = (timeZone: string): Calendar => ({
  timeZone,
  week: { '1': wholeDay, '2': wholeDay, '3': wholeDay, '4': wholeDay, '5': wholeDay, '6': wholeDay, '7': wholeDay },
  holidays: [],
  overrides: {},
});
const office = (timeZone: string): Calendar => {
  const day = [['09:00', '17:00']] as const;
  return { ...aroundTheClock(timeZone), week: { '1': day, '2': day, '3': day, '4': day, '5': day } };
};

const rulesOf = (zone: string, from: string, to: string): string =>
  compileCalendar(aroundTheClock(zone)).zoneRulesBetween(at(from), at(to));

describe('the rules of a zone', () => {
  it('tell what they cover, the offset, and its changes', () => {
    expect(rulesOf('Asia/Seoul', '2026-07-13T00:00Z', '2026-07-13T08:00Z')).toBe('2026-07-04/2026-07-22 +09:00');
    expect(rulesOf('America/New_York', '2026-03-06T22:00Z', '2026-03-09T15:00Z')).toBe(
      '2026-02-28/2026-03-18 -05:00, 2026-03-08T07:00:00.000Z -04:00',
    );
    expect(rulesOf('Asia/Seoul', '1900-01-03T00:00Z', '1900-01-03T00:00Z')).toBe('1899-12-23/1900-01-10 +08:27:52');
  });

  it('are as short as can be where nothing ever changes', () => {
    expect(rulesOf('UTC', '2026-07-13T00:00Z', '2036-07-13T00:00Z')).toBe('+00:00');
  });
});

describe('a calendar on recorded rules', () => {
  const start = at('2026-03-06T22:00Z');
  const newYork = office('America/New_York');
  const recorded = rulesOf('America/New_York', '2026-03-06T22:00Z', '2026-03-09T15:00Z');

  it('follows them, not the zone data of this machine', () => {
    expect(addOpenTime(compileCalendar(newYork), start, HOUR)).toEqual({ kind: 'due', at: at('2026-03-09T14:00Z') });
    const without = recorded.replace(', 2026-03-08T07:00:00.000Z -04:00', '');
    for (const [rules, due] of [
      [recorded, '2026-03-09T14:00Z'],
      [without, '2026-03-09T15:00Z'],
      [without.replace('-05:00', '+05:30:30'), '2026-03-09T04:29:30Z'],
    ] as const)
      expect(addOpenTime(compilePinnedCalendar(newYork, rules), start, HOUR)).toEqual({ kind: 'due', at: at(due) });
  });

  it('needs no zone that this machine knows', () => {
    const calendar = compilePinnedCalendar({ ...newYork, timeZone: 'Europe/Utopia' }, recorded);
    expect(addOpenTime(calendar, start, HOUR)).toEqual({ kind: 'due', at: at('2026-03-09T14:00Z') });
  });

  it('refuses to guess what lies outside of them', () => {
    const calendar = compilePinnedCalendar(newYork, recorded);
    expect(() => addOpenTime(calendar, start, 80 * HOUR)).toThrow(BeyondZoneRulesError);
    expect(() => addOpenTime(calendar, at('2026-02-20T22:00Z'), HOUR)).toThrow('do not cover the time');
  });

  it('counts at any time where nothing ever changes', () => {
    const calendar = compilePinnedCalendar(aroundTheClock('UTC'), '+00:00');
    expect(addOpenTime(calendar, at('0001-01-01T00:00Z'), HOUR)).toEqual({ kind: 'due', at: at('0001-01-01T01:00Z') });
  });

  it.each(['', '-05:00', '2026-02-28/2026-03-18', `${recorded}, `, recorded.replace('-04:00', 'EDT')])(
    'is not made from what cannot be read: %p',
    (rules) => {
      expect(() => compilePinnedCalendar(newYork, rules)).toThrow('These are no zone rules');
    },
  );
});

describe('a calendar that goes on on recorded rules', () => {
  const start = at('2026-03-06T22:00Z');
  const newYork = office('America/New_York');
  const recorded = rulesOf('America/New_York', '2026-03-06T22:00Z', '2026-03-09T15:00Z');
  const without = recorded.replace(', 2026-03-08T07:00:00.000Z -04:00', '');

  it('follows them as far as they reach, then the zone data of this machine', () => {
    const goesOn = compileContinuedCalendar(newYork, without);
    expect(addOpenTime(goesOn, start, HOUR)).toEqual({ kind: 'due', at: at('2026-03-09T15:00Z') });
    const [on, here] = [goesOn, compileCalendar(newYork)].map((calendar) =>
      addOpenTime(calendar, at('2026-03-19T00:00Z'), 400 * HOUR),
    );
    expect(on).toEqual(here);
  });

  it('gives the rules that it counted on, so that it can be run again', () => {
    const goesOn = compileContinuedCalendar(newYork, without);
    const due = addOpenTime(goesOn, start, 100 * HOUR);
    if (due.kind !== 'due') throw new Error('There is enough open time.');
    const again = compilePinnedCalendar(newYork, goesOn.zoneRulesBetween(start, due.at));
    expect(addOpenTime(again, start, 100 * HOUR)).toEqual(due);
  });
});
