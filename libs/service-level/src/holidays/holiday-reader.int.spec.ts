import { at } from '#testing';
import { HolidayReader } from './holiday-reader.js';

const NOW = at('2026-07-13T00:00');

const fileOf = (date: string, rule = ''): string =>
  `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:${date}\r\n${rule}END:VEVENT\r\nEND:VCALENDAR\r\n`;

describe('reading holidays beside the event loop', () => {
  it('gives each file its own answer', async () => {
    const reader = new HolidayReader();
    const [first, wrong, last] = await Promise.allSettled([
      reader.read(fileOf('20261225', 'RRULE:FREQ=WEEKLY\r\n'), NOW),
      reader.read('hello', NOW),
      reader.read(fileOf('20270101'), NOW),
    ]);
    expect(first).toMatchObject({ value: { from: '2025-07-13', to: '2036-07-13' } });
    expect(wrong).toMatchObject({ reason: { code: 'validation', details: { errors: [{ code: 'not-icalendar' }] } } });
    expect(last).toMatchObject({ value: { dates: ['2027-01-01'], skippedEvents: 0 } });
  });

  it('leaves the event loop free', async () => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    await new HolidayReader().read(fileOf('19810105', 'RRULE:FREQ=WEEKLY\r\n'), NOW);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(5);
  });
});
