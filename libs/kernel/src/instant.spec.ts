import fc from 'fast-check';
import { type Instant, instantFromMs, instantToMs } from './instant.js';

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

describe('an instant', () => {
  it.each([
    '0000-01-01T00:00:00.000Z',
    '0000-02-29T23:59:59.999Z',
    '1899-12-31T23:59:59.999Z',
    '1900-02-28T00:00:00.000Z',
    '1900-03-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00.000Z',
    '2000-02-29T12:34:56.789Z',
    '2100-03-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00.000Z',
  ])('%s is the time that it says', (text) => {
    expect(instantToMs(text as Instant)).toBe(Date.parse(text));
  });

  it('is the same as text and as milliseconds, in every year that it can name', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), (ms) => {
        const instant = instantFromMs(ms);
        expect(instantToMs(instant)).toBe(ms);
        expect(Date.parse(instant)).toBe(ms);
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 2_000) }, // the kernel imports nothing of ours
    );
  });
});
