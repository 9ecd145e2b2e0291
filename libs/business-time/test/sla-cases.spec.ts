import { type Instant, instantFromMs } from '#kernel';
import { type Calendar, compileCalendar, explain, type Pause } from '../src/index.js';
import worked from './sla-cases.json' with { type: 'json' };

/** The cases are written in local time with an offset, as a person would. */
const instant = (text: string): Instant => instantFromMs(Date.parse(text));

describe('the worked deadlines', () => {
  it.each(worked.cases.map((example) => [example.id, example.title, example] as const))(
    '%s %s',
    (_id, _title, example) => {
      const calendar = compileCalendar(example.calendar as unknown as Calendar); // windows are lists in JSON, pairs in the type
      const pauses: readonly Pause[] = example.pauses.map(({ from, to }) => ({ from: instant(from), to: instant(to) }));
      const { deadline, rows } = explain(calendar, instant(example.startTime), example.slaMinutes * 60_000, pauses);

      expect(deadline).toEqual({ kind: 'due', at: instant(example.expirationTime) });
      expect(rows.reduce((sum, { countedMs }) => sum + countedMs, 0)).toBe(example.slaMinutes * 60_000);
    },
  );
});
