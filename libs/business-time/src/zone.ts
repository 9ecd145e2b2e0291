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

/** Less than the shortest time after which a zone changed its clocks back: a week, in Recife in 2000 and in Gaza in 2040. */
const STRIDE_MS = 6 * DAY_MS;
const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;

/** About two years, in whole strides. */
const CHUNK_MS = 120 * STRIDE_MS;
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

/** `GMT`, `GMT-05:00` or, where local mean time was kept, `GMT+08:27:52`. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

type OffsetReader = (epochMs: number) => number;

const offsetIn = (text: string): number => {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(text) ?? [];
  const offsetS = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  return (sign === '-' ? -1 : 1) * offsetS * SECOND_MS;
};

/**
 * Reads an offset from this machine's zone data, in ms: what Temporal's polyfill does too, at a tenth of its cost. The
 * minute is asked for because a date, which would be told without it, costs twice as much.
 */
const offsetReader = (timeZone: string): OffsetReader => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, minute: 'numeric', timeZoneName: 'longOffset' });
  let last = { text: '', offsetMs: 0 };
  return (epochMs) => {
    const text = format.format(epochMs);
    if (text !== last.text) last = { text, offsetMs: offsetIn(text) };
    return last.offsetMs;
  };
};

/** When the clocks change, given that they do once in between: nearly always at a full hour, else at a full second. */
const changeBetween = (read: OffsetReader, fromMs: number, toMs: number): number => {
  const before = read(fromMs);
  let [lastBefore, firstAfter] = [fromMs, toMs];
  for (const unitMs of [HOUR_MS, SECOND_MS]) {
    while (firstAfter - lastBefore > unitMs) {
      const middle = lastBefore + Math.floor((firstAfter - lastBefore) / 2 / unitMs) * unitMs;
      if (read(middle) === before) lastBefore = middle;
      else firstAfter = middle;
    }
    if (read(firstAfter - SECOND_MS) === before) return firstAfter;
  }
  return firstAfter;
};

/** The zone's offsets in one stretch of the time line, without a gap; the stretch is whole strides. */
const readOffsets = (read: OffsetReader, fromMs: number, toMs: number): readonly OffsetSpan[] => {
  const spans: OffsetSpan[] = [];
  let span = { fromMs, offsetMs: read(fromMs) };
  for (let atMs = fromMs; atMs < toMs; atMs += STRIDE_MS) {
    const endMs = atMs + STRIDE_MS;
    const endOffsetMs = read(endMs);
    while (span.offsetMs !== endOffsetMs) {
      const changeMs = changeBetween(read, Math.max(atMs, span.fromMs), endMs);
      spans.push({ ...span, toMs: changeMs });
      span = { fromMs: changeMs, offsetMs: read(changeMs) };
    }
  }
  return [...spans, { ...span, toMs }].filter((each) => each.fromMs < each.toMs);
};

/** A zone by the time zone data of this machine, each stretch of it read once. */
const readZone = (id: string): Zone => {
  const read = offsetReader(id);
  const chunks = new BoundedCache(MAX_CHUNKS, (index) => readOffsets(read, index * CHUNK_MS, (index + 1) * CHUNK_MS));
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
