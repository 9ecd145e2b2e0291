import { eventually } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import type { HistoryItem, RequestView } from '../support/views.js';

jest.setTimeout(90_000);

const BUDGET_S = 5;

let clock: ShiftedClock;
let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  clock = new ShiftedClock();
  ledgerdesk = await Ledgerdesk.start(clock.environment);
  await (await ledgerdesk.withContoso()).withFastPolicy(`PT${BUDGET_S}S`);
});
afterAll(async () => {
  await ledgerdesk.remove();
  clock.remove();
});
afterEach(() => {
  clock.set(0);
});

const file = async (): Promise<{ readonly id: string; readonly dueMs: number }> => {
  const body = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', policyId: 'fast' };
  const filed = await ledgerdesk.post<RequestView>('/v1/service-requests', body);
  return { id: filed.body.id, dueMs: Date.parse(filed.body.filedAt) + BUDGET_S * 1_000 };
};

const missesOf = async (id: string): Promise<readonly HistoryItem[]> => {
  const { body } = await ledgerdesk.get<{ items: readonly HistoryItem[] }>(`/v1/service-requests/${id}/history`);
  return body.items.filter(({ type }) => type === 'ResponseBreached');
};

/** When the miss was first seen, by the true time. */
const missedAtMs = async (id: string): Promise<number> => {
  await eventually(async () => (await missesOf(id)).length > 0, { timeoutMs: 60_000, what: 'the miss' });
  return Date.now();
};

it('finds a miss on time and not before on a machine whose clock is 90 s ahead (E47)', async () => {
  const { id, dueMs } = await file();
  clock.set(90_000);
  const seenMs = await missedAtMs(id);
  const [miss] = await missesOf(id);
  expect(seenMs).toBeGreaterThan(dueMs);
  expect(Date.parse(String(miss?.data['detectedAt']))).toBeLessThanOrEqual(seenMs);
  expect(seenMs - dueMs).toBeLessThan(5_000);
});

it('counts an answer in time as in time on a machine whose clock is 90 s ahead', async () => {
  const { id, dueMs } = await file();
  clock.set(90_000);
  const answer = { text: 'We are on it.' };
  const { body } = await ledgerdesk.post<RequestView>(`/v1/service-requests/${id}/responses`, answer);
  expect(body.obligations).toMatchObject([{ state: 'met' }]);
  expect(Date.parse(body.obligations[0]?.respondedAt ?? '')).toBeLessThanOrEqual(dueMs);
});

it('finds a miss within half a minute though the clock was set back by an hour', async () => {
  const { id, dueMs } = await file();
  clock.set(-3_600_000);
  const seenMs = await missedAtMs(id);
  expect(seenMs).toBeGreaterThan(dueMs);
  expect(seenMs - dueMs).toBeLessThan(30_000);
  clock.set(0);
  const agree = async (): Promise<boolean> => {
    const { body } = await ledgerdesk.get<{ clock: { disagreementMs: number } }>('/v1/timers');
    return Math.abs(body.clock.disagreementMs) < 1_000;
  };
  await eventually(agree, { what: 'the clocks to agree again' });
  expect(await missesOf(id)).toHaveLength(1);
});
