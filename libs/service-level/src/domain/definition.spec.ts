import { at } from '#testing';
import { calendarType, editionOf, inForce, policyType, type Published } from './definition.js';

/** Versions by when they were published and from when on they count. */
const published = (
  ...versions: readonly (readonly [publishedAt: string, effectiveFrom: string])[]
): Published<string> => ({
  versions: versions.map(([publishedAt, effectiveFrom], index) => ({
    publishedAt: at(publishedAt),
    effectiveFrom: at(effectiveFrom),
    definition: `v${index + 1}`,
  })),
});

const versionAt = (versions: Published<string>, time: string) => inForce('ours', versions, at(time))?.version;

describe('the version in force', () => {
  it('changes at its instant, to the millisecond', () => {
    const versions = published(['01:00', '01:00'], ['02:00', '03:00']);
    expect(versionAt(versions, '02:59:59.999')).toBe(1);
    expect(versionAt(versions, '03:00')).toBe(2);
  });

  it('is the one effective last, whichever was published last', () => {
    const versions = published(['01:00', '01:00'], ['02:00', '06:00'], ['03:00', '04:00']);
    expect(['03:59', '04:00', '06:00'].map((time) => versionAt(versions, time))).toEqual([1, 3, 2]);
  });

  it('is the later publication of two for one instant', () => {
    expect(versionAt(published(['01:00', '01:00'], ['02:00', '06:00'], ['03:00', '06:00']), '06:00')).toBe(3);
  });

  it('is none before the first takes effect', () => {
    expect(versionAt(published(['01:00', '05:00']), '04:59')).toBeUndefined();
    expect(versionAt({ versions: [] }, '04:59')).toBeUndefined();
  });

  it('is the first, when it was to count at once, for a clock that is behind', () => {
    expect(versionAt(published(['01:00', '01:00'], ['02:00', '02:00']), '00:59')).toBe(1);
  });
});

describe('an edition', () => {
  const versions = published(['01:00', '01:00'], ['02:00', '02:00']);

  it('is the newest, or the one asked for', () => {
    expect(editionOf('ours', versions)).toMatchObject({ id: 'ours', version: 2, definition: 'v2' });
    expect(editionOf('ours', versions, 1)).toMatchObject({ version: 1, definition: 'v1' });
  });

  it.each([0, 3, -1, 1.5])('is none for the version %p', (version) => {
    expect(editionOf('ours', versions, version)).toBeUndefined();
  });
});

describe('a publication recorded before effects could be put off', () => {
  it.each([
    [calendarType.codec, 'CalendarPublished'],
    [policyType.codec, 'SlaPolicyPublished'],
  ])('took effect at once', (codec, type) => {
    const data = { version: 1, publishedAt: at('01:00'), definition: {} };
    expect(codec.decode({ type, schemaVersion: 1, data }).data).toMatchObject({ effectiveFrom: at('01:00') });
  });
});
