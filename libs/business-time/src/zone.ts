import { fail } from '#kernel';
import { Temporal } from 'temporal-polyfill';
import { BoundedCache } from './bounded-cache.js';
import { DAY_MS } from './wall-time.js';

/** From `fromMs` on, local time is UTC plus `offsetMs`. */
export interface OffsetSpan {
  readonly fromMs: number;
  readonly offsetMs: number;
}

/** About four years: few look-ups, and a far year costs no more than a near one. */
const CHUNK_MS = 2 ** 37;
const MAX_CHUNKS = 256;

/** IANA ids only: Temporal alone would also take `+09:00` and whole timestamps. */
const ZONE_ID = /^[A-Za-z][\w+-]{0,31}(?:\/[A-Za-z][\w+-]{0,31}){0,2}$/;

/** The id in its usual spelling; undefined when the zone is not known here. */
export const canonicalZoneId = (id: string): string | undefined => {
  if (!ZONE_ID.test(id)) return undefined;
  try {
    return new Temporal.ZonedDateTime(0n, id).timeZoneId;
  } catch {
    return undefined;
  }
};

/** A zone's offsets, read once from Temporal and kept as numbers: conversions then cost nanoseconds. */
export class Zone {
  readonly #chunks = new BoundedCache(MAX_CHUNKS, (index) =>
    readOffsets(this.id, index * CHUNK_MS, (index + 1) * CHUNK_MS),
  );

  constructor(readonly id: string) {}

  offsetAt(epochMs: number): number {
    const spans = this.#chunks.get(Math.floor(epochMs / CHUNK_MS));
    let offsetMs = 0;
    for (const span of spans) {
      if (span.fromMs > epochMs) break;
      offsetMs = span.offsetMs;
    }
    return offsetMs;
  }

  /**
   * The instant of a local time, given as if it were UTC. Temporal's `compatible`: a repeated time is its first
   * occurrence, a skipped one moves later by the length of the gap (R2).
   */
  resolve(localMs: number): number {
    const before = this.offsetAt(localMs - DAY_MS);
    const after = this.offsetAt(localMs + DAY_MS);
    const first = localMs - before;
    if (before === after || this.offsetAt(first) === before) return first;
    const second = localMs - after;
    return this.offsetAt(second) === after ? second : first;
  }

  /** False for a date that the zone skipped, as Apia did 2011-12-30. */
  hasDate(day: number): boolean {
    const midnight = this.resolve(day * DAY_MS);
    return Math.floor((midnight + this.offsetAt(midnight)) / DAY_MS) === day;
  }

  /** The offset in force at `fromMs` and every change after it, before `toMs`. */
  spansBetween(fromMs: number, toMs: number): readonly OffsetSpan[] {
    let last = { fromMs, offsetMs: this.offsetAt(fromMs) };
    const spans = [last];
    for (let index = Math.floor(fromMs / CHUNK_MS); index * CHUNK_MS < toMs; index++) {
      for (const span of this.#chunks.get(index)) {
        if (span.fromMs <= fromMs || span.fromMs >= toMs || span.offsetMs === last.offsetMs) continue;
        spans.push((last = span));
      }
    }
    return spans;
  }
}

const readOffsets = (id: string, fromMs: number, toMs: number): readonly OffsetSpan[] => {
  const spans: OffsetSpan[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(id);
  while (at && at.epochMilliseconds < toMs) {
    spans.push({ fromMs: at.epochMilliseconds, offsetMs: at.offsetNanoseconds / 1_000_000 });
    at = at.getTimeZoneTransition('next');
  }
  return spans;
};

const zones = new Map<string, Zone>();

/**
 * One table a zone, shared by all calendars; at most as many as there are zones, since they go by their usual spelling.
 * @throws DomainError `unknown-time-zone`
 */
export const zoneOf = (id: string): Zone => {
  const canonical =
    canonicalZoneId(id) ?? fail('invalid', 'unknown-time-zone', `No time zone is named ${JSON.stringify(id)}.`);
  const zone = zones.get(canonical) ?? new Zone(canonical);
  zones.set(canonical, zone);
  return zone;
};
