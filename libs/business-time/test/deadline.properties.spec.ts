import fc from 'fast-check';
import { type Instant, instantFromMs } from '#kernel';
import { propertyRuns } from '#testing';
import {
  addOpenTime,
  type Calendar,
  compileCalendar,
  compilePinnedCalendar,
  explain,
  normalizeCalendar,
  openTimeBetween,
  type Pause,
} from '../src/index.js';
import { type Case, MINUTE_MS, oddCase } from './arbitraries.js';

/** When it is due; beyond all time when it never is. */
const dueMs = ({ calendar, start, budgetMs, pauses }: Case): number => {
  const deadline = addOpenTime(compileCalendar(calendar), start, budgetMs, pauses);
  return deadline.kind === 'due' ? Date.parse(deadline.at) : Infinity;
};

const later = (instant: Instant, ms: number): Instant => instantFromMs(Date.parse(instant) + ms);

const holds = (property: (example: Case) => void): void => fc.assert(fc.property(oddCase, property), propertyRuns());

const holdsWith = <T>(arbitrary: fc.Arbitrary<T>, property: (example: Case, value: T) => void): void =>
  fc.assert(fc.property(oddCase, arbitrary, property), propertyRuns());

const minutes = fc.integer({ min: 1, max: 20_000 });

describe('a deadline', () => {
  it('comes after its start, and never earlier for more budget', () =>
    holdsWith(minutes, (example, more) => {
      const due = dueMs(example);
      expect(due).toBeGreaterThan(Date.parse(example.start));
      expect(dueMs({ ...example, budgetMs: example.budgetMs + more })).toBeGreaterThanOrEqual(due);
    }));

  it('leaves exactly the budget as open time, and a millisecond less before it', () =>
    holds((example) => {
      const calendar = compileCalendar(example.calendar);
      const due = dueMs(example);
      if (due === Infinity) return;
      const openUntil = (ms: number): number =>
        openTimeBetween(calendar, example.start, instantFromMs(ms), example.pauses);
      expect(openUntil(due)).toBe(example.budgetMs);
      expect(openUntil(due - 1)).toBe(example.budgetMs - 1);
    }));

  it('is never made earlier by one more pause or holiday', () =>
    holdsWith(fc.tuple(minutes, minutes), (example, [fromMinute, length]) => {
      const due = dueMs(example);
      const from = later(example.start, fromMinute * MINUTE_MS);
      const pause: Pause = { from, to: later(from, length * MINUTE_MS) };
      expect(dueMs({ ...example, pauses: [pause, ...example.pauses] })).toBeGreaterThanOrEqual(due);

      const holidays = [...example.calendar.holidays, from.slice(0, 10)];
      const closed: Calendar = { ...example.calendar, holidays };
      expect(dueMs({ ...example, calendar: closed })).toBeGreaterThanOrEqual(due);
    }));

  it('does not change when a pause is split in two, doubled, or told in another order', () =>
    holdsWith(fc.double({ min: 0, max: 1, noNaN: true }), (example, part) => {
      const split = example.pauses.flatMap(({ from, to }): readonly Pause[] => {
        if (to === null) return [];
        const middle = later(from, Math.floor((Date.parse(to) - Date.parse(from)) * part));
        return [
          { from: middle, to },
          { from, to: middle },
          { from, to },
        ];
      });
      expect(dueMs({ ...example, pauses: split.reverse() })).toBe(dueMs(example));
    }));

  it('can be reached in two steps: what is left of the budget, from any moment before it', () =>
    holdsWith(fc.double({ min: 0, max: 1, noNaN: true }), (example, part) => {
      const due = dueMs(example);
      if (due === Infinity) return;
      const startMs = Date.parse(example.start);
      const middle = instantFromMs(startMs + Math.floor((due - 1 - startMs) * part));
      const used = openTimeBetween(compileCalendar(example.calendar), example.start, middle, example.pauses);
      expect(dueMs({ ...example, start: middle, budgetMs: example.budgetMs - used })).toBe(due);
    }));

  it('is unknown while a pause is open before it, and stands when the pause came after it', () =>
    holdsWith(minutes, (example, minute) => {
      const from = later(example.start, minute * MINUTE_MS);
      const deadline = addOpenTime(compileCalendar(example.calendar), example.start, example.budgetMs, [
        ...example.pauses,
        { from, to: null },
      ]);
      const due = dueMs(example);
      if (due <= Date.parse(from)) expect(deadline).toEqual({ kind: 'due', at: instantFromMs(due) });
      else expect(deadline).toEqual({ kind: 'paused' });
    }));

  it('is explained by rows without a gap whose open ones sum to the budget', () =>
    holds((example) => {
      const { deadline, rows } = explain(
        compileCalendar(example.calendar),
        example.start,
        example.budgetMs,
        example.pauses,
      );
      if (deadline.kind !== 'due') return;
      expect(rows[0]?.from).toBe(example.start);
      expect(rows.at(-1)).toMatchObject({ to: deadline.at, kind: 'open' });
      expect(rows.slice(1).map(({ from }) => from)).toEqual(rows.slice(0, -1).map(({ to }) => to));
      expect(rows.filter(({ kind }, index) => kind === rows[index + 1]?.kind)).toEqual([]);
      expect(rows.reduce((sum, { countedMs }) => sum + countedMs, 0)).toBe(example.budgetMs);
    }));

  it('is the same on the recorded rules of its zone alone (R10)', () =>
    holds((example) => {
      const { calendar, start, budgetMs, pauses } = example;
      const compiled = compileCalendar(calendar);
      const deadline = addOpenTime(compiled, start, budgetMs, pauses);
      if (deadline.kind !== 'due') return;
      const pinned = compilePinnedCalendar(calendar, compiled.zoneRulesBetween(start, deadline.at));
      expect(addOpenTime(pinned, start, budgetMs, pauses)).toEqual(deadline);
      expect(explain(pinned, start, budgetMs, pauses)).toEqual(explain(compiled, start, budgetMs, pauses));
    }));

  it('is explained by few rows too, whose open ones still sum to the budget', () =>
    holdsWith(fc.integer({ min: 0, max: 6 }), ({ calendar, start, budgetMs, pauses }, most) => {
      const compiled = compileCalendar(calendar);
      const all = explain(compiled, start, budgetMs, pauses);
      if (all.deadline.kind !== 'due') return;
      const { rows } = explain(compiled, start, budgetMs, pauses, most);
      expect(rows.slice(0, most)).toEqual(all.rows.slice(0, most));
      expect(rows.length).toBe(Math.min(all.rows.length, most + 1));
      expect(rows.at(-1)?.to).toBe(all.deadline.at);
      expect(rows.reduce((sum, { countedMs }) => sum + countedMs, 0)).toBe(budgetMs);
    }));

  it('is the same however the calendar is spelled', () =>
    holds((example) => {
      const { timeZone, week, holidays, overrides } = example.calendar;
      const spelled: Calendar = {
        timeZone: timeZone.toLowerCase(),
        week: Object.fromEntries(Object.entries(week).map(([day, windows]) => [day, [...windows].reverse()])),
        holidays: [...holidays, ...holidays].reverse(),
        overrides: Object.fromEntries(Object.entries(overrides).reverse()),
      };
      expect(dueMs({ ...example, calendar: spelled })).toBe(dueMs(example));
      expect(JSON.stringify(normalizeCalendar(spelled))).toBe(JSON.stringify(normalizeCalendar(example.calendar)));
    }));
});
