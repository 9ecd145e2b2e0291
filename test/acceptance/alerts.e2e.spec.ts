import { type components, items } from '#client';
import { eventually } from '#testing';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import { EventReader } from '../support/sse.js';
import type { Page, RequestView } from '../support/views.js';

type AlertView = components['schemas']['AlertView'];
type HistoryItem = components['schemas']['HistoryItem'];

const FILED = 200;
let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await (await Ledgerdesk.start()).withContoso()).withFastPolicy('PT3S');
});
afterAll(() => ledgerdesk.remove());

const file = (title: string) =>
  ledgerdesk.post<RequestView>('/v1/service-requests', {
    customerId: 'contoso',
    title,
    impact: 'critical',
    policyId: 'fast',
  });

const openAlerts = async (): Promise<readonly AlertView[]> => {
  const { client } = ledgerdesk;
  const open = items((cursor) =>
    client.GET('/v1/alerts', { params: { query: { state: 'open', limit: 200, ...cursor } } }),
  );
  const found: AlertView[] = [];
  for await (const alert of open) found.push(alert);
  return found;
};

const historyOf = (id: string) =>
  items((query) => ledgerdesk.client.GET('/v1/service-requests/{id}/history', { params: { path: { id }, query } }));

const breachesOf = async (id: string): Promise<readonly HistoryItem[]> => {
  const breaches: HistoryItem[] = [];
  for await (const event of historyOf(id)) if (event.type === 'ResponseBreached') breaches.push(event);
  return breaches;
};

/** A few at a time, so that on a busy machine too most are answered in time. */
const batchFrom = (first: number): readonly string[] =>
  Array.from({ length: 10 }, (_, index) => `Request ${first + index}`);

const fileAndRespond = async (title: string): Promise<RequestView> => {
  const { id } = (await file(title)).body;
  const { body } = await ledgerdesk.post<RequestView>(`/v1/service-requests/${id}/responses`, { text: 'On it.' });
  return body;
};

/** By its instants, not by what the service made of them. */
const isKept = ({ obligations: [promise] }: RequestView): boolean => {
  const dueAt = promise?.serviceLevelAgreement.expirationTime;
  return promise?.respondedAt !== undefined && typeof dueAt === 'string' && promise.respondedAt <= dueAt;
};

const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? NaN;

it('records one breach, one escalation and one alert for each of many missed promises, and none for those kept', async () => {
  const reader = new EventReader(`${ledgerdesk.url}/v1/alerts/stream`, TEST_KEY);
  await reader.connect();
  const views: RequestView[] = [];
  while (views.length < FILED / 2) views.push(...(await Promise.all(batchFrom(views.length).map(fileAndRespond))));
  const unanswered = await Promise.all(Array.from({ length: FILED / 2 }, (_, index) => file(`Left ${index}`)));
  const ids = [...views, ...unanswered.map(({ body }) => body)].map(({ id }) => id);
  // On a busy machine some answers come too late: what is recorded tells which.
  const kept = views.filter(isKept).map(({ id }) => id);
  const left = ids.filter((id) => !kept.includes(id));
  expect(kept).not.toHaveLength(0);

  await eventually(() => reader.events.length > 0, { what: 'the first alert' });
  await reader.disconnect();
  await eventually(async () => (await openAlerts()).length >= left.length, { what: 'all alerts' });
  await reader.connect();
  await eventually(() => reader.events.length >= left.length, { what: 'the rest of the stream' });
  await reader.disconnect();

  expect(await openAlerts()).toHaveLength(left.length);
  expect(reader.events.map(({ data }) => data['serviceRequestId']).sort()).toEqual([...left].sort());
  expect((await Promise.all(kept.map(breachesOf))).flat()).toHaveLength(0);
  const breaches = await Promise.all(left.map(breachesOf));
  expect(breaches.map((of) => of.length)).toEqual(left.map(() => 1));
  const lateness = breaches
    .flat()
    .map(({ data }) => Date.parse(String(data['detectedAt'])) - Date.parse(String(data['dueAt'])));
  expect(Math.min(...lateness)).toBeGreaterThan(0);
  const sorted = [...lateness].sort((a, b) => a - b);
  process.stdout.write(
    `lateness of ${sorted.length} breaches: p50 ${percentile(sorted, 50)} ms, p99 ${percentile(sorted, 99)} ms\n`,
  );
});

it('shows the breach on the request, with its true due time', async () => {
  const [alert] = await openAlerts();
  const { body } = await ledgerdesk.get<RequestView>(`/v1/service-requests/${alert?.serviceRequestId}`);
  expect(body.status).toBe('escalated');
  expect(body.obligations[0]).toMatchObject({
    state: 'breached',
    breach: { dueAt: alert?.dueAt, severity: 'critical' },
  });
  expect(body.escalations).toMatchObject([{ reason: 'breach', to: 'duty-manager', level: 1 }]);
});

it('is read by its id, with the revision that a command may depend on', async () => {
  const [alert] = (await ledgerdesk.get<Page<AlertView>>('/v1/alerts?state=open&limit=1')).body.items;
  const one = await ledgerdesk.get<AlertView>(`/v1/alerts/${alert?.id}`);
  expect([one.status, one.body, one.headers.get('etag')]).toEqual([200, alert, `"${alert?.revision}"`]);
  expect((await ledgerdesk.get('/v1/alerts/84a0cd70-6c2e-550a-bc11-cbee5c439d4d')).status).toBe(404);
});

it('tells when the customer was answered after all, and stays open until somebody has dealt with it (E45)', async () => {
  const [alert] = await openAlerts();
  const path = `/v1/alerts/${alert?.id}`;
  const unanswered = await ledgerdesk.get<AlertView>(path);
  const answer = await ledgerdesk.post<RequestView>(`/v1/service-requests/${alert?.serviceRequestId}/responses`, {
    text: 'On it, late.',
  });
  const { respondedAt } = answer.body.obligations[0] ?? {};
  const since = await ledgerdesk.get<AlertView>(`${path}?waitFor=${answer.body.position}`);
  expect(since.body).toEqual({ ...unanswered.body, respondedAt });
  const listed = async (answered: boolean) =>
    (await ledgerdesk.get<Page<AlertView>>(`/v1/alerts?limit=200&answered=${answered}`)).body.items;
  expect(await listed(true)).toContainEqual(since.body);
  expect([...(await listed(true)), ...(await listed(false))]).toHaveLength((await openAlerts()).length);
  expect(await listed(false)).not.toContainEqual(unanswered.body);
  const known = { 'if-none-match': String(unanswered.headers.get('etag')) };
  expect((await ledgerdesk.send('GET', path, undefined, known)).status).toBe(200);
});

it('is acknowledged once, and snoozed until an instant', async () => {
  const open = await openAlerts();
  const [first, second] = open;
  const acknowledged = await ledgerdesk.post<AlertView>(`/v1/alerts/${first?.id}/acknowledgement`, undefined);
  expect(acknowledged).toMatchObject({ status: 200, body: { state: 'acknowledged' } });
  const until = new Date(Date.now() + 60_000).toISOString();
  const snoozed = await ledgerdesk.post<AlertView>(`/v1/alerts/${second?.id}/snooze`, { until });
  expect(snoozed).toMatchObject({ status: 200, body: { state: 'snoozed', snoozedUntil: until } });
  await eventually(async () => (await openAlerts()).length === open.length - 2);
  const past = await ledgerdesk.post(`/v1/alerts/${second?.id}/snooze`, { until: '2020-01-01T00:00:00Z' });
  expect(past.status).toBe(422);
});

it('answers a repeated snooze as the first time, after it is over too (G4)', async () => {
  const [alert] = await openAlerts();
  const until = new Date(Date.now() + 1_000).toISOString();
  const snooze = () =>
    ledgerdesk.post<AlertView>(`/v1/alerts/${alert?.id}/snooze`, { until }, { 'idempotency-key': 'snooze' });
  const first = await snooze();
  expect(first).toMatchObject({ status: 200, body: { state: 'snoozed' } });
  const isOpenAgain = async () =>
    (await openAlerts()).some(({ id, snoozedUntil }) => id === alert?.id && snoozedUntil !== undefined);
  await eventually(isOpenAgain, { what: 'the end of the snooze' });
  expect(await snooze()).toMatchObject({ status: 200, body: first.body });
});

it('is acknowledged again without effect, which its readers pass over', async () => {
  const [alert] = await openAlerts();
  const acknowledge = (headers?: Record<string, string>) =>
    ledgerdesk.post<AlertView>(`/v1/alerts/${alert?.id}/acknowledgement`, undefined, headers);
  const first = await acknowledge();
  const again = await acknowledge({ 'idempotency-key': 'again' });
  expect(again.body).toMatchObject({ state: 'acknowledged', revision: first.body.revision + 1 });
  expect((await acknowledge({ 'idempotency-key': 'again' })).body).toEqual(again.body);
  const path = `/v1/alerts?state=acknowledged&limit=200&waitFor=${again.body.position}`;
  const { items } = (await ledgerdesk.get<Page<AlertView>>(path)).body;
  expect(items.find(({ id }) => id === alert?.id)).toEqual(again.body);
});

it('opens an alert for a manual escalation too', async () => {
  const { body } = await file('Escalated by hand');
  await ledgerdesk.post(`/v1/service-requests/${body.id}/escalations`, {
    target: 'manager',
    reason: 'The customer called twice',
  });
  const mine = async () =>
    (await openAlerts()).filter(({ serviceRequestId, kind }) => serviceRequestId === body.id && kind === 'escalation');
  await eventually(async () => (await mine()).length > 0);
  expect(await mine()).toHaveLength(1);
});

it('notifies nobody of a rebuild', async () => {
  const reader = new EventReader(`${ledgerdesk.url}/v1/alerts/stream`, TEST_KEY);
  await reader.connect();
  const before = await openAlerts();
  const { body } = await ledgerdesk.post<{ position: string }>('/v1/projections/alerts/rebuild', undefined);
  await ledgerdesk.get(`/v1/alerts?waitFor=${body.position}`);
  const { body: after } = await file('A fence behind the rebuild');
  await ledgerdesk.get(`/v1/alerts?waitFor=${after.position}`);
  expect(await openAlerts()).toEqual(before);
  expect(reader.events).toEqual([]);
  await reader.disconnect();
});
