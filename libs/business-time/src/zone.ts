import { fail } from '#kernel';
import { Temporal } from 'temporal-polyfill';
import { BoundedCache } from './bounded-cache.js';
import { DAY_MS } from './wall-time.js';

/** From `fromMs` until `toMs`, local time is UTC plus `offsetMs`. */
export interface OffsetSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

/**
 * About two years. Less than three, since that is how far the polyfill looks ahead for a change of the clocks at any rate;
 * beyond, its answer would depend on today's date.
 */
const CHUNK_MS = 2 ** 36;
const MAX_CHUNKS = 512;

const NEVER: OffsetSpan = { fromMs: Infinity, toMs: -Infinity, offsetMs: 0 };

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

/** The offsets of one zone as numbers: conversions then cost nanoseconds. */
export class Zone {
  #last = NEVER;

  /** @param find the offset span of an instant, in ms since the epoch */
  constructor(readonly find: (epochMs: number) => OffsetSpan) {}

  /** Milliseconds to add to UTC. */
  offsetAt(epochMs: number): number {
    if (epochMs < this.#last.fromMs || epochMs >= this.#last.toMs) this.#last = this.find(epochMs);
    return this.#last.offsetMs;
  }

  /** Whether the clocks do not change between two instants. */
  isSteady(fromMs: number, toMs: number): boolean {
    const offsetMs = this.offsetAt(fromMs);
    while (this.#last.toMs < toMs) if (this.offsetAt(this.#last.toMs) !== offsetMs) return false;
    return true;
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

  /** The offset in force at `fromMs` and those that differ from the one before, until `toMs`. */
  spansBetween(fromMs: number, toMs: number): readonly OffsetSpan[] {
    let span = this.find(fromMs);
    const spans = [span];
    while (span.toMs < toMs) {
      const { offsetMs } = span;
      span = this.find(span.toMs);
      if (span.offsetMs !== offsetMs) spans.push(span);
    }
    return spans;
  }
}

/** The zone's offsets in one stretch of the time line, without a gap. */
const readOffsets = (id: string, fromMs: number, toMs: number): readonly OffsetSpan[] => {
  const spans: OffsetSpan[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(id);
  while (at && at.epochMilliseconds < toMs) {
    const next: Temporal.ZonedDateTime | null = at.getTimeZoneTransition('next');
    spans.push({
      fromMs: at.epochMilliseconds,
      toMs: Math.min(next?.epochMilliseconds ?? toMs, toMs),
      offsetMs: at.offsetNanoseconds / 1_000_000,
    });
    at = next;
  }
  return spans;
};

/** A zone by the time zone data of this machine, read once from Temporal. */
const readZone = (id: string): Zone => {
  const chunks = new BoundedCache(MAX_CHUNKS, (index) => readOffsets(id, index * CHUNK_MS, (index + 1) * CHUNK_MS));
  return new Zone((epochMs) => chunks.get(Math.floor(epochMs / CHUNK_MS)).find(({ toMs }) => epochMs < toMs) ?? NEVER);
};

const zones = new Map<string, Zone>();

/**
 * One table a zone, shared by all calendars; at most as many as there are zones, since they go by their usual spelling.
 * @throws DomainError `unknown-time-zone`
 */
export const zoneOf = (id: string): Zone => {
  const canonical =
    canonicalZoneId(id) ?? fail('invalid', 'unknown-time-zone', `No time zone is named ${JSON.stringify(id)}.`);
  const zone = zones.get(canonical) ?? readZone(canonical);
  zones.set(canonical, zone);
  return zone;
};
