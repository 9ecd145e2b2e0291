import { eventually } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { RequestView } from '../support/views.js';

interface TimersView {
  readonly status: string;
  readonly overdue: {
    readonly count: number;
    readonly oldest: { readonly dueAt: string; readonly lateMs: number } | null;
  };
  readonly lateness: { readonly misses: number; readonly p50Ms: number | null; readonly maxMs: number | null };
  readonly armed: number | null;
  readonly drift: number;
  readonly lastSweep: { readonly at: string; readonly tookMs: number; readonly swept: number } | null;
  readonly clock: { readonly disagreementMs: number };
}

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await (await Ledgerdesk.start()).withContoso()).withFastPolicy('PT1S');
});
afterAll(() => ledgerdesk.remove());

const timers = async (): Promise<TimersView> => (await ledgerdesk.get<TimersView>('/v1/timers')).body;

it('tells who looks after the timers that all is well, how late misses were found, and what is armed', async () => {
  await eventually(async () => (await timers()).lastSweep !== null);
  expect(await timers()).toMatchObject({
    status: 'ok',
    overdue: { count: 0, oldest: null },
    lateness: { withinMinutes: 15, misses: 0, p50Ms: null, p99Ms: null, maxMs: null },
    armed: 0,
    drift: 0,
    lastSweep: { swept: 0, armed: 0, asked: 0, complete: true, refused: false },
  });
  const body = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', policyId: 'fast' };
  const filed = await ledgerdesk.post<RequestView>('/v1/service-requests', body);
  expect(filed.status).toBe(201);
  await eventually(async () => (await timers()).lateness.misses === 1);
  const { lateness } = await timers();
  expect(lateness.maxMs).toBe(lateness.p50Ms);
  expect(lateness.maxMs).toBeGreaterThan(0);
  // On a busy machine two clocks are not read at the same instant.
  expect(Math.abs((await timers()).clock.disagreementMs)).toBeLessThan(1_000);
});

it('counts no misses that came with imported tickets, also where those are told', async () => {
  const about = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', policyId: 'fast' };
  const source = { system: 'helpdesk', externalId: 'T-1', filedAt: '2026-01-05T09:00:00Z', alerts: true };
  const before = (await timers()).lateness.misses;
  expect((await ledgerdesk.post('/v1/imports', { ...about, ...source })).status).toBe(201);
  expect((await ledgerdesk.post('/v1/service-requests', about)).status).toBe(201);
  await eventually(async () => (await timers()).lateness.misses > before);
  const { lateness } = await timers();
  expect(lateness.misses).toBe(before + 1);
  expect(lateness.maxMs).toBeLessThan(60_000);
});

it('needs a key, and health without one shows whether the timers do, and nothing of them', async () => {
  const refused = await fetch(`${ledgerdesk.url}/v1/timers`);
  expect(refused.status).toBe(401);
  const health: unknown = await (await fetch(`${ledgerdesk.url}/health/ready`)).json();
  const names = [
    'access-keys',
    'arm-timers',
    'finish-merges',
    'open-alerts',
    'rebuild-requests',
    'sweep-deadlines',
    'watch-misses',
  ];
  expect(health).toEqual({
    status: 'ready',
    parts: { eventStore: { ok: true }, readModels: { ok: true }, queue: { ok: true }, timers: { ok: true } },
    followers: names.map((name) => ({ name, state: 'following', since: expect.any(String) as string })),
  });
});
