import { instantFromMs, instantToMs, systemClock } from '#kernel';
import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { callerOf } from '../support/call.js';
import { recordedScenario } from '#what-if';
import type { AlertView, HistoryItem, Page, ProblemView, RequestView } from '../support/views.js';

let api: ApiInProcess;
const call = callerOf(() => api);

const ticket = {
  system: 'old-desk',
  externalId: 'T-1',
  customerId: 'acme',
  title: 'Mail does not arrive',
  impact: 'critical',
  filedAt: '2024-03-04T09:00:00+01:00',
  timeline: [
    { at: '2024-03-04T13:00:00+01:00', do: 'respond', text: 'We are on it.' },
    { at: '2024-03-05T09:00:00+01:00', do: 'resolve', summary: 'Fixed.' },
  ],
};

beforeAll(async () => {
  api = await apiInProcess();
  await call('PUT', '/v1/customers/acme', { displayName: 'Acme', primaryDomain: 'acme.example' });
});
afterAll(() => api.close());

const problemOf = async (body: object) => {
  const { status, body: problem } = await call<ProblemView>('POST', '/v1/imports', body);
  return [status, problem.errors?.map(({ pointer, code }) => [pointer, code])];
};

it('brings a ticket in with its own times, its miss, and where it came from', async () => {
  const { status, body, headers } = await call<RequestView>('POST', '/v1/imports', ticket);
  expect([status, headers['location']]).toEqual([201, `/v1/service-requests/${body.id}`]);
  expect(body).toMatchObject({
    number: expect.stringMatching(/^SR-240304-/) as string,
    status: 'resolved',
    filedAt: '2024-03-04T08:00:00.000Z',
    importedFrom: { system: 'old-desk', externalId: 'T-1' },
    obligations: [
      {
        state: 'breached',
        respondedAt: '2024-03-04T12:00:00.000Z',
        breach: { dueAt: '2024-03-04T10:00:00.000Z' },
      },
    ],
    escalations: [],
  });
});

it('takes it once, whatever key it comes under, and refuses the same id with other content', async () => {
  const sent = { ...ticket, externalId: 'T-2' };
  const first = await call<RequestView>('POST', '/v1/imports', sent, { 'idempotency-key': 'a' });
  const again = await call<RequestView>('POST', '/v1/imports', sent, { 'idempotency-key': 'b' });
  expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
  const other = await call('POST', '/v1/imports', { ...sent, title: 'Another' });
  expect([other.status, other.body['type']]).toEqual([409, '/problems/idempotency-key-reused']);
});

it('tells all that is wrong with a ticket at once, by its place', async () => {
  const timeline = [
    { at: '2024-03-04T07:00:00Z', do: 'respond', text: 'Too early.' },
    { at: 'yesterday', do: 'respond' },
    { at: '2024-03-04T09:00:00Z', do: 'escalate' },
    { at: '2024-03-04T10:00:00Z', do: 'changeSeverity', impact: 'huge' },
    { at: '2024-03-04T09:30:00Z', do: 'pause', reason: 'x', pausedAt: '2024-03-04T09:00:00Z' },
    'step',
  ];
  expect(await problemOf({ ...ticket, system: 'old desk', timeline, extra: 1 })).toEqual([
    422,
    [
      ['#/extra', 'unknown-field'],
      ['#/system', 'id'],
      ['#/timeline/1/at', 'instant'],
      ['#/timeline/2/do', 'is-in'],
      ['#/timeline/3/impact', 'is-in'],
      ['#/timeline/4/pausedAt', 'unknown-field'],
      ['#/timeline/5', 'object'],
      ['#/timeline/0/at', 'order'],
      ['#/timeline/4/at', 'order'],
    ],
  ]);
});

it.each([
  ['a customer that is not there', { customerId: 'nobody' }, ['#/customerId', 'unknown-customer']],
  ['a policy that is not there', { policyId: 'none' }, ['#/policyId', 'unknown-policy']],
  ['a filing that is still to come', { filedAt: '2999-01-01T00:00:00Z', timeline: [] }, ['#/filedAt', 'future']],
  [
    'more steps than one append takes',
    { timeline: Array(501).fill(ticket.timeline[0]) },
    ['#/timeline', 'array-max-size'],
  ],
  [
    'a step that cannot have been',
    { timeline: [...ticket.timeline, { at: '2024-03-06T00:00:00Z', do: 'pause', reason: 'waitingOnCustomer' }] },
    ['#/timeline/2', 'service-request-settled'],
  ],
])('refuses %s', async (_, change, error) => {
  expect(await problemOf({ ...ticket, externalId: 'T-bad', ...change })).toEqual([422, [error]]);
});

it.each(['dutyManager', 'service', 'helpdeskAgent'])('is not for a %s', async (role) => {
  const { status } = await callerOf(() => api, keyOf(role))('POST', '/v1/imports', ticket);
  expect(status).toBe(403);
});

it('explains each deadline of a life with many, and they all come out again', async () => {
  const timeline = [
    { at: '2024-03-04T08:30:00Z', do: 'changeSeverity', impact: 'moderate' },
    { at: '2024-03-04T09:00:00Z', do: 'changeLanguage', preferredSupportLanguage: 'ko' },
    { at: '2024-03-04T10:00:00Z', do: 'note', text: 'Seen.' },
    { at: '2024-03-04T11:00:00Z', do: 'resolve' },
    { at: '2024-03-06T11:00:00Z', do: 'reopen' },
    { at: '2024-03-06T11:30:00Z', do: 'changeSeverity', impact: 'critical' },
    { at: '2024-03-06T11:40:00Z', do: 'respond' },
    { at: '2024-03-06T12:00:00Z', do: 'close' },
  ];
  const { body } = await call<RequestView>('POST', '/v1/imports', { ...ticket, externalId: 'T-3', timeline });
  const at = `/v1/service-requests/${body.id}`;
  expect(body.obligations.map(({ kind, state }) => [kind, state])).toEqual([['programFirstResponse', 'met']]);
  const history = (await call<Page<HistoryItem>>('GET', `${at}/history?limit=100`)).body.items;
  const revisions = history.filter(({ type }) => type === 'FirstResponseDue').map(({ data }) => data['revision']);
  expect(revisions).toEqual([1, 2, 3, 4, 5]);
  for (const revision of revisions) {
    const url = `${at}/obligations/programFirstResponse/1/explanation?revision=${String(revision)}`;
    expect((await call(`GET`, url)).body).toMatchObject({ verified: true });
  }
});

it('can be run again as a scenario, with the same verdicts', async () => {
  const timeline = [
    { at: '2024-03-04T09:30:00Z', do: 'changeSeverity', impact: 'moderate' },
    { at: '2024-03-04T13:00:00Z', do: 'respond' },
    { at: '2024-03-05T08:00:00Z', do: 'resolve' },
    { at: '2024-03-06T08:00:00Z', do: 'reopen' },
    { at: '2024-03-06T09:00:00Z', do: 'respond' },
    { at: '2024-03-06T10:00:00Z', do: 'close' },
  ];
  const { body } = await call<RequestView>('POST', '/v1/imports', { ...ticket, externalId: 'T-6', timeline });
  const history = await api.events.readStream(`serviceRequest-default.${body.id}`);
  const scenario = recordedScenario(history, 'prompt', systemClock.now());
  expect(scenario.policyIds).toEqual(['program']);
  const lived = await call<RequestView>('POST', '/v1/sla/what-if', scenario);
  const verdicts = ({ obligations }: RequestView) =>
    obligations.map(({ kind, state, breach, respondedAt }) => [kind, state, breach?.dueAt, respondedAt]);
  expect(lived.status).toBe(200);
  expect(verdicts(lived.body)).toEqual(verdicts(body));
});

it('counts outcomes when they were due, and opens no alert', async () => {
  const of = (year: number) =>
    call<{ totals: { met: number; breached: number } }>(
      'GET',
      `/v1/reports/attainment?from=${year}-01-01T00:00:00Z&to=${year + 1}-01-01T00:00:00Z`,
    );
  await eventually(async () => (await of(2024)).body.totals.met === 2, { what: 'the figures' });
  expect((await of(2024)).body.totals).toMatchObject({ met: 2, breached: 3 });
  const year = Number(systemClock.now().slice(0, 4));
  expect((await of(year)).body.totals).toMatchObject({ met: 0, breached: 0 });
  expect((await call<Page<AlertView>>('GET', '/v1/alerts')).body.items).toEqual([]);
});

it('tells what was missed in the past when asked to', async () => {
  const { body } = await call<RequestView>('POST', '/v1/imports', { ...ticket, externalId: 'T-4', alerts: true });
  expect(body.escalations).toMatchObject([{ reason: 'breach', to: 'duty-manager' }]);
  const alerts = async () => (await call<Page<AlertView>>('GET', '/v1/alerts')).body.items;
  await eventually(async () => (await alerts()).length > 0, { what: 'the alert' });
  expect(await alerts()).toMatchObject([{ kind: 'breach', serviceRequestId: body.id }]);
});

it('comes in many at a time, each line for itself', async () => {
  const lines = ['B-1', 'B-2', 'B-1'].map((externalId, index) => ({
    key: `line ${index}`,
    method: 'POST',
    path: '/v1/imports',
    body: { ...ticket, externalId, ...(index === 1 && { impact: 'huge' }) },
  }));
  const answer = await api.server.inject({
    method: 'POST',
    url: '/v1/batches',
    headers: { authorization: `Bearer ${keyOf('administrator')}`, 'content-type': 'application/x-ndjson' },
    payload: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  const results = answer.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: number; replayed: boolean });
  expect(results.map(({ status }) => status)).toEqual([201, 422, 201]);
  expect(results.filter(({ replayed }) => replayed)).toHaveLength(1);
});

it('arms what is still owed: the view tells when it is due', async () => {
  const filedAt = instantFromMs(instantToMs(systemClock.now()) - 60_000);
  const sent = { ...ticket, externalId: 'T-5', filedAt, timeline: [] };
  const { body } = await call<RequestView>('POST', '/v1/imports', sent);
  const expirationTime = instantFromMs(instantToMs(filedAt) + 7_200_000);
  expect(body.obligations).toMatchObject([{ state: 'open', serviceLevelAgreement: { expirationTime } }]);
});
