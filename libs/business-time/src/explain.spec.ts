import { type Instant, instantFromMs } from '#kernel';
import { type Calendar, compileCalendar, explain, type ExplanationRow, type Pause } from './index.js';

const HOUR = 3_600_000;
const lunch = [
  ['09:00', '12:00'],
  ['13:00', '18:00'],
] as const;
const calendar: Calendar = { timeZone: 'UTC', week: { '1': lunch, '2': lunch }, holidays: [], overrides: {} };

/** A Monday and the Tuesday after it. */
const at = (time: string, day = 13): Instant => instantFromMs(Date.parse(`2026-07-${day}T${time}Z`));

const explained = (budgetMs: number, pauses: readonly Pause[] = []) =>
  explain(compileCalendar(calendar), at('11:00'), budgetMs, pauses);

/** A row as a person reads it: `11:00 open 12:00 (60)`. */
const line = ({ from, to, kind, countedMs }: ExplanationRow): string =>
  `${from.slice(11, 16)} ${kind} ${to?.slice(11, 16) ?? '...'} (${countedMs / 60_000})`;

describe('an explanation', () => {
  it('lists open and closed time up to the deadline', () => {
    const { deadline, rows } = explained(7 * HOUR);
    expect(deadline).toEqual({ kind: 'due', at: at('10:00', 14) });
    expect(rows.map(line)).toEqual([
      '11:00 open 12:00 (60)',
      '12:00 closed 13:00 (0)',
      '13:00 open 18:00 (300)',
      '18:00 closed 09:00 (0)',
      '09:00 open 10:00 (60)',
    ]);
  });

  it('shows united pauses, in closed hours too, and none that comes after the deadline', () => {
    const pauses = [
      { from: at('14:00'), to: at('15:00') },
      { from: at('11:30'), to: at('14:30') },
      { from: at('17:00'), to: null },
    ];
    expect(explained(2 * HOUR, pauses).rows.map(line)).toEqual([
      '11:00 open 11:30 (30)',
      '11:30 paused 15:00 (0)',
      '15:00 open 16:30 (90)',
    ]);
  });

  it('ends with a row without an end while a pause is open', () => {
    const { deadline, rows } = explained(3 * HOUR, [{ from: at('12:30'), to: null }]);
    expect(deadline).toEqual({ kind: 'paused' });
    expect(rows.map(line)).toEqual(['11:00 open 12:00 (60)', '12:00 closed 12:30 (0)', '12:30 paused ... (0)']);
  });

  it('is one open row where open time goes on over months', () => {
    const whole = [['00:00', '24:00']] as const;
    const open = compileCalendar({
      ...calendar,
      week: { '1': whole, '2': whole, '3': whole, '4': whole, '5': whole, '6': whole, '7': whole },
    });
    expect(explain(open, at('11:00'), 4_000 * HOUR).rows).toHaveLength(1);
  });

  it('has no rows when the deadline is unreachable', () => {
    const once = compileCalendar({ ...calendar, week: {}, overrides: { '2026-07-13': [['09:00', '12:00']] } });
    expect(explain(once, at('11:00'), 2 * HOUR)).toEqual({ deadline: { kind: 'unreachable' }, rows: [] });
  });
});
