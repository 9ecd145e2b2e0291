/** Version of the time zone data that this process counts by; promises record it. */
export const TZDATA = process.versions['tz'] ?? 'unknown';
