import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Position, SqliteEventStore } from '#event-store';
import type { Ledgerdesk } from '../support/ledgerdesk.js';
import { redisPidOf, withRedisOf } from '../support/redis-of.js';
import type { ShiftedClock } from '../support/shifted-clock.js';
import type { RequestView } from '../support/views.js';

const LOOK_MS = 10;
const WRITERS = 24;

const WARM_UP = 100;

interface Plan {
  readonly deadlines: number;
  /** All are due within so long after the first. */
  readonly windowS: number;
}

/** A miss as it was recorded, and when it was first seen by a clock that nobody sets. */
interface Seen {
  readonly detectedMs: number;
  readonly seenMs: number;
}

const file = async (ledgerdesk: Ledgerdesk, policyId: string): Promise<RequestView> => {
  const body = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', policyId };
  const filed = await ledgerdesk.post<RequestView>('/v1/service-requests', body);
  if (filed.status !== 201) throw new Error(`Filing answered ${filed.status}: ${JSON.stringify(filed.body)}`);
  return filed.body;
};

const filingTogether = (write: () => Promise<void>): Promise<unknown> =>
  Promise.all(Array.from({ length: WRITERS }, write));

/** How long filing the plan's requests may well take on this machine, at its load of the moment. */
const enoughSeconds = async (ledgerdesk: Ledgerdesk, deadlines: number): Promise<number> => {
  const begun = performance.now();
  let left = WARM_UP;
  await filingTogether(async () => {
    while (left-- > 0) await file(ledgerdesk, 'quiet');
  });
  const eachS = (performance.now() - begun) / 1_000 / WARM_UP;
  return Math.ceil(1 + 2 * deadlines * eachS);
};

const promise = (ledgerdesk: Ledgerdesk, policyId: string, budget: string): Promise<unknown> =>
  ledgerdesk.send('PUT', `/v1/sla/policies/${policyId}`, {
    displayName: budget,
    obligation: 'partnerFirstResponse',
    rules: [{ when: {}, budget, calendarId: 'always' }],
  });

/**
 * Files requests that fall due evenly within the window, which begins when filing has had time enough.
 * @returns when each is due, by id
 */
export const fileAll = async (
  ledgerdesk: Ledgerdesk,
  { deadlines, windowS }: Plan,
): Promise<ReadonlyMap<string, number>> => {
  await promise(ledgerdesk, 'quiet', 'PT8H');
  const filingS = await enoughSeconds(ledgerdesk, deadlines);
  const longestS = filingS + windowS;
  for (let seconds = 1; seconds <= longestS; seconds += 1) await promise(ledgerdesk, `in-${seconds}`, `PT${seconds}S`);
  const firstDueMs = Date.now() + filingS * 1_000;
  const due = new Map<string, number>();
  let next = 0;
  await filingTogether(async () => {
    while (next < deadlines) {
      const wantedMs = firstDueMs + (windowS * 1_000 * next++) / deadlines;
      const inS = Math.max(1, Math.min(longestS, Math.round((wantedMs - Date.now()) / 1_000)));
      const { id, obligations } = await file(ledgerdesk, `in-${inS}`);
      due.set(id, Date.parse(obligations[0]?.serviceLevelAgreement.expirationTime ?? ''));
    }
  });
  return due;
};

/** Looks into the store, past the service, as misses are recorded. */
export class Witness {
  readonly seen = new Map<string, Seen[]>();
  #ended = false;
  readonly #watching: Promise<void>;

  constructor({ folder }: Ledgerdesk) {
    this.#watching = this.#watch(SqliteEventStore.openForReading(join(folder, 'data', 'events.db')));
  }

  end(): Promise<void> {
    this.#ended = true;
    return this.#watching;
  }

  async #watch(store: ReturnType<typeof SqliteEventStore.openForReading>): Promise<void> {
    let after: Position | undefined;
    while (!this.#ended) {
      const events = await store.readAll({ after, limit: 1_000, types: ['ResponseBreached'] });
      const seenMs = Date.now();
      for (const { data, position } of events) {
        const { requestId, detectedAt } = data as { readonly requestId: string; readonly detectedAt: string };
        this.seen.set(requestId, [...(this.seen.get(requestId) ?? []), { detectedMs: Date.parse(detectedAt), seenMs }]);
        after = position;
      }
      if (events.length < 1_000) await sleep(LOOK_MS);
    }
    await store.close();
  }
}

const again = async (ledgerdesk: Ledgerdesk): Promise<void> => {
  await ledgerdesk.end('SIGKILL');
  await ledgerdesk.startAgain();
};
const flush = (ledgerdesk: Ledgerdesk): Promise<unknown> => withRedisOf(ledgerdesk, (client) => client.flushall());

/** What goes wrong, in this order, each at its share of the window. */
export const troubles = (ledgerdesk: Ledgerdesk, clock: ShiftedClock, { windowS }: Plan) => {
  const frozenMs = Math.min(5_000, 150 * windowS);
  const freeze = async (): Promise<void> => {
    const pid = await redisPidOf(ledgerdesk);
    process.kill(pid, 'SIGSTOP');
    await sleep(frozenMs);
    process.kill(pid, 'SIGCONT');
  };
  return [
    { at: 0.05, what: 'Redis emptied', happens: () => flush(ledgerdesk) },
    { at: 0.12, what: 'clock 90 s ahead', happens: async () => clock.set(90_000) },
    { at: 0.2, what: 'killed and started while the clock is ahead', happens: () => again(ledgerdesk) },
    { at: 0.35, what: 'clock right again', happens: async () => clock.set(0) },
    { at: 0.4, what: 'Redis killed', happens: async () => process.kill(await redisPidOf(ledgerdesk), 'SIGKILL') },
    { at: 0.5, what: `Redis frozen for ${frozenMs} ms`, happens: freeze },
    { at: 0.65, what: 'clock set back an hour', happens: async () => clock.set(-3_600_000) },
    { at: 0.75, what: 'clock right again', happens: async () => clock.set(0) },
    { at: 0.8, what: 'Redis emptied', happens: () => flush(ledgerdesk) },
    { at: 0.85, what: 'killed and started', happens: () => again(ledgerdesk) },
    { at: 0.95, what: 'clock an hour ahead', happens: async () => clock.set(3_600_000) },
    { at: 1.05, what: 'clock right again', happens: async () => clock.set(0) },
  ];
};

/** Nearest rank; the values are sorted. */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;

/** What became of the deadlines. A miss is early when it was seen by its due time, or claims a later time than it was seen. */
export const verdict = (due: ReadonlyMap<string, number>, seen: ReadonlyMap<string, readonly Seen[]>) => {
  const found = [...due].map(([id, dueMs]) => ({ dueMs, misses: seen.get(id) ?? [] }));
  const lateness = found
    .flatMap(({ dueMs, misses }) => misses.slice(0, 1).map(({ seenMs }) => seenMs - dueMs))
    .sort((a, b) => a - b);
  return {
    missing: found.filter(({ misses }) => misses.length === 0).length,
    doubled: found.filter(({ misses }) => misses.length > 1).length,
    early: found.filter(({ dueMs, misses }) =>
      misses.some(({ detectedMs, seenMs }) => seenMs <= dueMs || detectedMs <= dueMs || detectedMs > seenMs),
    ).length,
    lateness: {
      p50Ms: percentile(lateness, 50),
      p90Ms: percentile(lateness, 90),
      p99Ms: percentile(lateness, 99),
      maxMs: percentile(lateness, 100),
    },
  };
};
