import { eventually, type KurrentDbStandIn, startKurrentDbStandIn } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { AlertView, HistoryItem, Page, RequestView } from '../support/views.js';

let server: KurrentDbStandIn;
let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  server = await startKurrentDbStandIn();
  ledgerdesk = await Ledgerdesk.start({ KURRENTDB_URL: process.env['KURRENTDB_URL'] ?? server.url });
  await (await ledgerdesk.withContoso()).withFastPolicy('PT1S');
});
afterAll(async () => {
  await ledgerdesk.remove();
  await server.close();
});

it('walks the same road on a KurrentDB server: filing, breach, escalation, alert', async () => {
  const { body } = await ledgerdesk.post<RequestView>('/v1/service-requests', {
    customerId: 'contoso',
    title: 'Events on a server',
    impact: 'critical',
    policyId: 'fast',
  });
  const mine = async () =>
    (await ledgerdesk.get<Page<AlertView>>('/v1/alerts?state=open')).body.items.filter(
      ({ serviceRequestId }) => serviceRequestId === body.id,
    );
  await eventually(async () => (await mine()).length > 0, { what: 'the alert' });
  expect(await mine()).toHaveLength(1);
  const history = await ledgerdesk.get<{ items: readonly HistoryItem[] }>(`/v1/service-requests/${body.id}/history`);
  expect(history.body.items.map(({ type }) => type)).toEqual([
    'RequestFiled',
    'SeverityAssigned',
    'FirstResponseDue',
    'ResponseBreached',
    'Escalated',
  ]);
  const view = await ledgerdesk.get<RequestView>(`/v1/service-requests/${body.id}?waitFor=${body.position}`);
  expect(view.body.status).toBe('escalated');
});
