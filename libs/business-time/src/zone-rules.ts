import { type Instant, instantFromMs, instantToMs } from '#kernel';
import { zoneOf } from './zone.js';

/**
 * The zone's offset at `from` and its changes before `to`, e.g. `-05:00, 2026-03-08T07:00:00.000Z -04:00`. Stored beside
 * the tz-data version, it tells whether a newer version would move a deadline of that time (R10).
 *
 * @throws DomainError `unknown-time-zone`
 */
export const zoneRules = (timeZone: string, from: Instant, to: Instant): string =>
  zoneOf(timeZone)
    .spansBetween(instantToMs(from), instantToMs(to))
    .map(({ fromMs, offsetMs }, index) => (index === 0 ? '' : `${instantFromMs(fromMs)} `) + offsetText(offsetMs))
    .join(', ');

/** `+09:00`, or `+08:27:52` where local mean time was kept. */
const offsetText = (offsetMs: number): string => {
  const [hours, minutes, seconds] = instantFromMs(Math.abs(offsetMs)).slice(11, 19).split(':');
  return `${offsetMs < 0 ? '-' : '+'}${hours}:${minutes}${seconds === '00' ? '' : `:${seconds}`}`;
};
