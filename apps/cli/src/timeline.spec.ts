import { type Instant, instantFromMs } from '#kernel';
import { localTime, type Stretch, timeline } from './timeline.js';

const at = (text: string): Instant => instantFromMs(Date.parse(text));
const stretch = (from: string, to: string | null, kind: Stretch['kind'] = 'open'): Stretch => ({
  from: at(from),
  to: to === null ? null : at(to),
  kind,
});

/** Without the line of hours and the legend. */
const drawn = (stretches: readonly Stretch[], timeZone = 'UTC', marks: Parameters<typeof timeline>[1]['marks'] = []) =>
  timeline(stretches, { timeZone, marks }).slice(1, -1);

describe('a timeline', () => {
  it('draws a line a local day and a character each half hour', () => {
    const lines = timeline(
      [
        stretch('2026-07-13T17:00+09:00', '2026-07-13T18:00+09:00'),
        stretch('2026-07-13T18:00+09:00', '2026-07-14T09:00+09:00', 'closed'),
        stretch('2026-07-14T09:00+09:00', '2026-07-14T10:30+09:00', 'paused'),
        stretch('2026-07-14T10:30+09:00', '2026-07-14T11:00+09:00'),
      ],
      { timeZone: 'Asia/Seoul', marks: [{ at: at('2026-07-14T11:00+09:00'), sign: '◆', label: 'due' }] },
    );
    expect(lines).toEqual([
      '                00    03    06    09    12    15    18    21    24',
      'Mon 2026-07-13                                    ██············',
      'Tue 2026-07-14  ··················░░░█◆                           ◆ 11:00 due',
      '                █ open   ░ paused   · closed   (Asia/Seoul)',
    ]);
  });

  it('shows a stretch of seconds in its half hour, and marks to the millisecond', () => {
    const marks = [{ at: at('2026-07-13T00:10:07.250Z'), sign: 'x', label: 'answered' }];
    const [line] = drawn([stretch('2026-07-13T00:31Z', '2026-07-13T00:31:10Z')], 'UTC', marks);
    expect(line).toMatch(/^Mon 2026-07-13 {2}x█ +x 00:10:07\.250 answered$/);
  });

  it('draws a pause without an end to the end of its day', () => {
    expect(drawn([stretch('2026-07-13T22:00Z', null, 'paused')])).toEqual([`Mon 2026-07-13  ${' '.repeat(44)}░░░░`]);
  });

  it('leaves out closed days, and says how many', () => {
    const lines = drawn([
      stretch('2026-07-10T09:00Z', '2026-07-10T17:00Z'),
      stretch('2026-07-10T17:00Z', '2026-07-13T09:00Z', 'closed'),
      stretch('2026-07-13T09:00Z', '2026-07-13T10:00Z'),
    ]);
    expect(lines[1]).toBe('                … 2 days closed');
    expect(lines).toHaveLength(3);
  });

  it('draws the first and last of many days, however many there are', () => {
    const lines = drawn([stretch('0001-01-01T00:00Z', '9999-01-01T00:00Z')]);
    expect(lines).toHaveLength(15);
    expect(lines[10]).toMatch(/… 3651680 days more$/);
    expect(lines[14]).toMatch(/^Thu 9998-12-31 {2}█{48}$/);
  });

  it('leaves blank the half hours that the clocks skip, and counts the repeated ones once', () => {
    expect(drawn([stretch('2026-03-08T05:00Z', '2026-03-09T04:00Z')], 'America/New_York')).toEqual([
      `Sun 2026-03-08  ████  ${'█'.repeat(42)}`,
    ]);
    expect(drawn([stretch('2026-11-01T04:00Z', '2026-11-02T05:00Z')], 'America/New_York')).toEqual([
      `Sun 2026-11-01  ${'█'.repeat(48)}`,
    ]);
  });

  it('draws something for a deadline that has closed hours only', () => {
    expect(drawn([stretch('2026-07-13T09:00Z', '2026-07-13T10:00Z', 'closed')])).toEqual([
      `Mon 2026-07-13  ${' '.repeat(18)}··`,
    ]);
  });
});

describe('a local time', () => {
  it.each([
    ['2026-07-13T08:00:00Z', 'Mon 2026-07-13 17:00'],
    ['2026-07-13T08:00:07Z', 'Mon 2026-07-13 17:00:07'],
    ['2026-07-13T08:00:00.001Z', 'Mon 2026-07-13 17:00:00.001'],
  ])('of %s reads %s', (instant, text) => {
    expect(localTime(at(instant), 'Asia/Seoul')).toBe(text);
  });
});

it('tells apart the two times that the clocks say twice', () => {
  expect(localTime('2026-10-25T00:30:00.000Z' as Instant, 'Europe/Berlin')).toBe('Sun 2026-10-25 02:30+02:00');
  expect(localTime('2026-10-25T01:30:00.000Z' as Instant, 'Europe/Berlin')).toBe('Sun 2026-10-25 02:30+01:00');
  expect(localTime('2026-10-25T02:30:00.000Z' as Instant, 'Europe/Berlin')).toBe('Sun 2026-10-25 03:30');
});
