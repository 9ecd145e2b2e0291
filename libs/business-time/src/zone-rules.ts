import { instantFromMs } from '#kernel';
import { DAY_MS } from './wall-time.js';
import { type OffsetSpan, Zone } from './zone.js';

/**
 * Offsets and changes of a zone between two UTC midnights, as text:
 * `2026-02-21/2026-03-25 -05:00, 2026-03-08T07:00:00.000Z -04:00`. Recorded beside the tz-data version, it tells what a
 * deadline was computed with, whatever a later machine knows of the zone (R10).
 *
 * @param fromMs a UTC midnight
 * @param toMs a later one
 */
export const zoneRulesText = (zone: Zone, fromMs: number, toMs: number): string => {
  const offsets = zone
    .spansBetween(fromMs, toMs)
    .map(
      ({ fromMs: sinceMs, offsetMs }, index) =>
        (index === 0 ? '' : `${instantFromMs(sinceMs)} `) + offsetText(offsetMs),
    );
  return `${dateText(fromMs)}/${dateText(toMs)} ${offsets.join(', ')}`;
};

/** The text for UTC, which never changes: known at any time, however old the record. */
export const STEADY_UTC = '+00:00';

/**
 * The zone as it was recorded.
 *
 * @param beyond what counts outside of what the rules cover; without it that is refused, never guessed: see
 *   {@link BeyondZoneRulesError}
 */
export const pinnedZone = (rules: string, beyond?: Zone): Zone => {
  const spans = parseRules(rules);
  const [coveredFromMs, coveredToMs] = [spans[0]?.fromMs ?? -Infinity, spans.at(-1)?.toMs ?? Infinity];
  return new Zone((epochMs) => {
    const found = spans.find(({ fromMs, toMs }) => epochMs >= fromMs && epochMs < toMs);
    if (found !== undefined) return found;
    if (beyond === undefined) throw new BeyondZoneRulesError(rules);
    const { fromMs, toMs, offsetMs } = beyond.find(epochMs);
    return epochMs < coveredFromMs
      ? { fromMs, toMs: Math.min(toMs, coveredFromMs), offsetMs }
      : { fromMs: Math.max(fromMs, coveredToMs), toMs, offsetMs };
  });
};

/** What was recorded of a zone does not reach as far as the computation asks. */
export class BeyondZoneRulesError extends Error {
  override readonly name = 'BeyondZoneRulesError';

  constructor(rules: string) {
    super(`The recorded zone rules (${rules}) do not cover the time that was asked for.`);
  }
}

const OFFSET = String.raw`([+-])(\d\d):(\d\d)(?::(\d\d))?`;
const DATE = String.raw`([+-]?\d{4,6}-\d\d-\d\d)`;
const RULES = new RegExp(`^${DATE}/${DATE} (.+)$`);
const CHANGE = new RegExp(`^(?:(\\S+Z) )?${OFFSET}$`);

const parseRules = (rules: string): readonly OffsetSpan[] => {
  if (rules === STEADY_UTC) return [{ fromMs: -Infinity, toMs: Infinity, offsetMs: 0 }];
  const [, from, to, changes] = RULES.exec(rules) ?? unreadable(rules);
  const starts = (changes ?? '').split(', ').map((text, index) => {
    const [, at, sign, hours, minutes, seconds = '0'] = CHANGE.exec(text) ?? unreadable(rules);
    const offsetS = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const fromMs = index === 0 ? midnight(from ?? '') : Date.parse(at ?? '');
    return { fromMs, offsetMs: (sign === '-' ? -1_000 : 1_000) * offsetS };
  });
  return starts.map((start, index) => ({ ...start, toMs: starts[index + 1]?.fromMs ?? midnight(to ?? '') }));
};

const unreadable = (rules: string): never => {
  throw new Error(`These are no zone rules: ${JSON.stringify(rules)}.`);
};

const midnight = (date: string): number => Date.parse(`${date}T00:00:00.000Z`);

const dateText = (ms: number): string => instantFromMs(Math.floor(ms / DAY_MS) * DAY_MS).split('T', 1)[0] ?? '';

/** `+09:00`, or `+08:27:52` where local mean time was kept. */
const offsetText = (offsetMs: number): string => {
  const [hours, minutes, seconds] = instantFromMs(Math.abs(offsetMs)).slice(11, 19).split(':');
  return `${offsetMs < 0 ? '-' : '+'}${hours}:${minutes}${seconds === '00' ? '' : `:${seconds}`}`;
};
