import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { instantFromMs } from '#kernel';
import { propertyRuns } from '#testing';
import { DAY_MS } from './wall-time.js';
import { canonicalZoneId, zoneOf } from './zone.js';

const utc = (text: string): number => Date.parse(`${text}Z`);

/** The instant that shows a local time in a zone, as text. */
const resolved = (zone: string, local: string): string => instantFromMs(zoneOf(zone).resolve(utc(local))).slice(0, 16);

const changesOf = (id: string, fromMs: number, toMs: number): readonly string[] =>
  zoneOf(id)
    .spansBetween(fromMs, toMs)
    .slice(1)
    .map((span) => instantFromMs(span.fromMs));

const temporalChangesOf = (id: string, fromMs: number, toMs: number): readonly string[] => {
  const changes: string[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(id).getTimeZoneTransition('next');
  while (at !== null && at.epochMilliseconds < toMs) {
    changes.push(instantFromMs(at.epochMilliseconds));
    at = at.getTimeZoneTransition('next');
  }
  return changes;
};

describe('a local time', () => {
  it('that is repeated is its first occurrence', () => {
    expect(resolved('America/New_York', '2026-11-01T01:30')).toBe('2026-11-01T05:30');
    expect(resolved('America/New_York', '2026-11-01T02:00')).toBe('2026-11-01T07:00');
  });

  it('that is skipped moves later by the length of the gap', () => {
    expect(resolved('America/New_York', '2026-03-08T02:30')).toBe('2026-03-08T07:30');
    expect(resolved('Australia/Lord_Howe', '2026-10-04T02:15')).toBe('2026-10-03T15:45');
    expect(resolved('Pacific/Apia', '2011-12-30T09:00')).toBe('2011-12-30T19:00');
  });

  it('is what Temporal calls compatible, in every zone', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const near = fc.integer({ min: -3 * DAY_MS, max: 3 * DAY_MS });
    const anyTime = fc.integer({ min: utc('1950-01-01T00:00'), max: utc('2060-01-01T00:00') });
    fc.assert(
      fc.property(zones, anyTime, near, (id, from, distance) => {
        const change = Temporal.Instant.fromEpochMilliseconds(from)
          .toZonedDateTimeISO(id)
          .getTimeZoneTransition('next');
        const localMs = (change?.epochMilliseconds ?? from) + distance;
        const local = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime();
        const expected = local.toZonedDateTime(id, { disambiguation: 'compatible' }).epochMilliseconds;
        expect(zoneOf(id).resolve(localMs)).toBe(expected);
      }),
      propertyRuns(300),
    );
  });

  it('resolves in the first year and the last', () => {
    expect(resolved('Asia/Seoul', '0001-01-01T09:00')).toBe('0001-01-01T00:32');
    expect(resolved('America/New_York', '9999-07-01T09:00')).toBe('9999-07-01T13:00');
  });
});

describe('a date', () => {
  it.each([
    ['Pacific/Apia', '2011-12-30'],
    ['Pacific/Kwajalein', '1993-08-21'],
    ['Pacific/Kiritimati', '1994-12-31'],
  ])('that %s skipped, %s, does not exist; its neighbours do', (zone, date) => {
    const day = utc(`${date}T00:00`) / DAY_MS;
    expect([day - 1, day, day + 1].map((each) => zoneOf(zone).hasDate(each))).toEqual([true, false, true]);
  });

  it('exists though it has no midnight', () => {
    expect(zoneOf('Africa/Cairo').hasDate(utc('2026-04-24T00:00') / DAY_MS)).toBe(true);
  });
});

describe('a zone', () => {
  it('has one usual spelling', () => {
    expect(canonicalZoneId('aMERICA/nEW_yORK')).toBe('America/New_York');
    expect(zoneOf('asia/seoul')).toBe(zoneOf('Asia/Seoul'));
  });

  it.each(['America/Recife', 'Asia/Gaza', 'Africa/Tunis', 'Europe/Vienna'])(
    'that changed its clocks back within days, %s, has every change that Temporal knows',
    (id) => {
      const [fromMs, toMs] = [utc('1940-01-01T00:00'), utc('2080-01-01T00:00')];
      expect(changesOf(id, fromMs, toMs)).toEqual(temporalChangesOf(id, fromMs, toMs));
    },
  );

  it('that is not known is refused by name', () => {
    expect(() => zoneOf('Mars/Olympus')).toThrow('No time zone is named "Mars/Olympus".');
  });
});
