import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import { redisPidOf } from '../support/redis-of.js';
import type { HistoryItem, Page, RequestView } from '../support/views.js';

/** More for a night's run: KILL_ROUNDS=50. */
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 4);
const WRITERS = 8;

let ledgerdesk: Ledgerdesk;
/** What the service acknowledged, by idempotency key. */
const acknowledged = new Map<string, RequestView>();
/** Sent, but never answered: may or may not have happened, and must not happen twice. */
const unanswered = new Map<string, object>();

beforeAll(async () => {
  ledgerdesk = await (await (await Ledgerdesk.start()).withContoso()).withFastPolicy('PT1S');
});
afterAll(() => ledgerdesk.remove());

const bodyOf = (key: string) => ({
  customerId: 'contoso',
  title: `Filed as ${key}`,
  impact: 'critical',
  policyId: 'fast',
});

const file = (key: string) =>
  ledgerdesk.post<RequestView>('/v1/service-requests', bodyOf(key), { 'idempotency-key': key });

/** By name: fetch throws the TypeError of another realm than the tests'. */
const diedWithProcess = (error: unknown): boolean => (error as Error).name === 'TypeError';

const writeUntilDead = async (round: number, writer: number): Promise<void> => {
  for (let count = 0; ; count += 1) {
    const key = `round-${round}-writer-${writer}-${count}`;
    unanswered.set(key, bodyOf(key));
    try {
      const answer = await file(key);
      if (answer.status !== 201) throw new Error(`Filing answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      unanswered.delete(key);
      acknowledged.set(key, answer.body);
    } catch (error) {
      if (diedWithProcess(error)) return;
      throw error;
    }
  }
};

const historyOf = async (id: string): Promise<readonly HistoryItem[]> =>
  (await ledgerdesk.get<{ items: readonly HistoryItem[] }>(`/v1/service-requests/${id}/history`)).body.items;

const everyRequest = async (): Promise<readonly RequestView[]> => {
  const found: RequestView[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { body: Page<RequestView> } = await ledgerdesk.get(
      `/v1/service-requests?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    found.push(...page.body.items);
    ({ nextCursor: cursor } = page.body);
  }
  return found;
};

const settled = async (): Promise<boolean> => {
  const { body } = await ledgerdesk.get<Page<unknown>>('/v1/deadlines?state=open&limit=1');
  return body.items.length === 0;
};

it(`loses nothing and doubles nothing when the process is killed under load, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const writers = Array.from({ length: WRITERS }, (_, writer) => writeUntilDead(round, writer));
    await new Promise((resolve) => setTimeout(resolve, 150 + ((round * 389) % 1_300)));
    if (round % 3 === 1) process.kill(await redisPidOf(ledgerdesk), 'SIGKILL');
    await ledgerdesk.end('SIGKILL');
    await Promise.all(writers);
    if (round % 3 === 2) rmSync(join(ledgerdesk.folder, 'data', 'redis'), { recursive: true, force: true });
    await ledgerdesk.startAgain();
  }

  for (const [key, view] of acknowledged) {
    const again = await file(key);
    expect(again.body).toEqual(view);
  }
  for (const key of unanswered.keys()) expect((await file(key)).status).toBe(201);

  await eventually(settled, { timeoutMs: 60_000, what: 'every promise to be met or breached' });
  const all = await everyRequest();
  expect(all).toHaveLength(acknowledged.size + unanswered.size);
  for (const { id } of all) {
    const types = (await historyOf(id)).map(({ type }) => type);
    expect(types).toEqual(['RequestFiled', 'SeverityAssigned', 'FirstResponseDue', 'ResponseBreached', 'Escalated']);
  }

  const { body } = await ledgerdesk.post<{ position: string }>('/v1/projections/service-requests/rebuild', undefined);
  await ledgerdesk.get(`/v1/service-requests?waitFor=${body.position}`);
  const rebuilt = async () => JSON.stringify(await everyRequest()) === JSON.stringify(all);
  await eventually(rebuilt, { what: 'the rebuilt rows to equal the served ones' });
  process.stdout.write(
    `${ROUNDS} kills: ${acknowledged.size} acknowledged, ${unanswered.size} unanswered, 0 lost, 0 doubled, one breach each\n`,
  );
}, 600_000);
