import { addDays, setHours, setMinutes, startOfDay } from 'date-fns';
import { TZDate } from '@date-fns/tz';
import { DateTime } from 'luxon';
import { addOpenTime, compileCalendar } from '../../dist/libs/business-time/src/index.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST_MS = Date.UTC(2026, 0, 1);
const TEN_YEARS_MS = 10 * 250 * 8 * HOUR_MS;

const instant = (ms) => new Date(ms).toISOString();
const dateAfter = (days) => instant(FIRST_MS + days * DAY_MS).slice(0, 10);
const officeDay = [
  ['09:00', '12:00'],
  ['13:00', '18:00'],
];
const office = {
  timeZone: 'America/New_York',
  week: Object.fromEntries(['1', '2', '3', '4', '5'].map((day) => [day, officeDay])),
  holidays: [],
  overrides: {},
};
const holidays = Array.from({ length: 50 }, (_, index) => dateAfter(7 * index + 3));

/** Deadlines of eight hours, filed at any time of a year; with pauses, fifty of ten minutes each half an hour. */
const questions = (count, pauses) =>
  Array.from({ length: count }, (_, index) => {
    const startMs = FIRST_MS + index * 31_337_000;
    return {
      start: instant(startMs),
      budgetMs: 8 * HOUR_MS,
      pauses: Array.from({ length: pauses }, (__, number) => ({
        from: instant(startMs + (number * HOUR_MS) / 2),
        to: instant(startMs + (number * HOUR_MS) / 2 + HOUR_MS / 6),
      })),
    };
  });

/** The times of a window in which the clock runs; the pauses are in order and apart from each other. */
const runningParts = (fromMs, toMs, pauses) => {
  const parts = [];
  let doneMs = fromMs;
  for (const { from, to } of pauses) {
    const [pausedMs, resumedMs] = [Date.parse(from), Date.parse(to)];
    if (resumedMs <= doneMs || pausedMs >= toMs) continue;
    if (pausedMs > doneMs) parts.push([doneMs, pausedMs]);
    doneMs = resumedMs;
  }
  if (doneMs < toMs) parts.push([doneMs, toMs]);
  return parts;
};

/** Day by day and window by window, as one would write it with a library of dates. */
const counting =
  ({ firstDay, nextDay, dateOf, weekdayOf, at }) =>
  ({ week, holidays: closed, timeZone }, { start, budgetMs, pauses }) => {
    const startMs = Date.parse(start);
    let leftMs = budgetMs;
    for (let day = firstDay(startMs, timeZone); ; day = nextDay(day)) {
      if (closed.has(dateOf(day))) continue;
      for (const [opens, closes] of week[weekdayOf(day)] ?? [])
        for (const [fromMs, toMs] of runningParts(Math.max(at(day, opens), startMs), at(day, closes), pauses)) {
          if (toMs - fromMs >= leftMs) return instant(fromMs + leftMs);
          leftMs -= toMs - fromMs;
        }
    }
  };

const hourAndMinute = (time) => time.split(':').map(Number);

const byLuxon = counting({
  firstDay: (ms, zone) => DateTime.fromMillis(ms, { zone }).startOf('day'),
  nextDay: (day) => day.plus({ days: 1 }),
  dateOf: (day) => day.toISODate(),
  weekdayOf: (day) => day.weekday,
  at: (day, time) => {
    const [hour, minute] = hourAndMinute(time);
    return day.set({ hour, minute }).toMillis();
  },
});

const byDateFns = counting({
  firstDay: (ms, zone) => startOfDay(new TZDate(ms, zone)),
  nextDay: (day) => addDays(day, 1),
  dateOf: (day) => day.toISOString().slice(0, 10),
  weekdayOf: (day) => day.getDay() || 7,
  at: (day, time) => {
    const [hour, minute] = hourAndMinute(time);
    return setMinutes(setHours(day, hour), minute).getTime();
  },
});

const perSecond = (asked, answer, wantedMs) => {
  for (const question of asked) answer(question);
  const begun = performance.now();
  let answered = 0;
  for (let round = 0; performance.now() - begun < wantedMs; round += 1)
    for (const question of asked) {
      answer(question);
      answered += 1;
    }
  return Math.round((answered / (performance.now() - begun)) * 1_000);
};

/** @throws when another way of counting comes to another deadline: then it would be no comparison */
const compared = (calendar, pauses) => {
  const compiled = compileCalendar(calendar);
  const plain = { ...calendar, holidays: new Set(calendar.holidays) };
  const engine = ({ start, budgetMs, pauses: paused }) => addOpenTime(compiled, start, budgetMs, paused);
  const few = questions(200, pauses);
  for (const [name, answer] of Object.entries({ byLuxon, byDateFns }))
    for (const question of few) {
      const [expected, counted] = [engine(question).at, answer(plain, question)];
      if (expected !== counted)
        throw new Error(`${name} comes to ${counted}, not ${expected}, from ${question.start}.`);
    }
  return {
    perSecond: perSecond(questions(10_000, pauses), engine, 2_000),
    luxonPerSecond: perSecond(few, (question) => byLuxon(plain, question), 1_000),
    dateFnsPerSecond: perSecond(few, (question) => byDateFns(plain, question), 1_000),
  };
};

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const took = (work) => {
  const begun = performance.now();
  work();
  return performance.now() - begun;
};

/** On a calendar that nothing was counted with before, and on one that was. */
const tenYears = () => {
  const start = instant(FIRST_MS);
  const fresh = Array.from({ length: 21 }, (_, index) => compileCalendar({ ...office, holidays: [dateAfter(index)] }));
  const freshMs = fresh.map((calendar) => took(() => addOpenTime(calendar, start, TEN_YEARS_MS)));
  const knownMs = fresh.map((calendar) => took(() => addOpenTime(calendar, start, TEN_YEARS_MS)));
  const rounded = (ms) => Number(ms.toFixed(2));
  return { firstMs: rounded(freshMs[0]), freshMs: rounded(median(freshMs)), knownMs: rounded(median(knownMs)) };
};

/** Deadlines a second on one core, beside two libraries of dates that count the same ones. */
export const benchEngine = () => ({
  tenYears: tenYears(),
  plain: compared(office, 0),
  paused: compared({ ...office, holidays }, 50),
});
