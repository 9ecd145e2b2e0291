import { instantFromMs, instantToMs, newUuid, systemClock, type RequestId, type TenantId } from '#kernel';
import { CheckDeadlineCommand } from '#service-request/commands';
import { commandMeta, eventually } from '#testing';
import { type ApiInProcess, apiInProcess, guardedRoutesOf, keyOf } from '../support/api-in-process.js';
import { callerOf } from '../support/call.js';
import type { AlertView, Page, RequestView } from '../support/views.js';

/** Routes that record nothing by themselves: they compute, or pass on commands that have keys of their own. */
const COMPUTES = [
  'POST /v1/batches',
  'POST /v1/login-links',
  'POST /v1/sla/quote',
  'POST /v1/sla/what-if',
  'POST /v1/sla/policies/check',
];

let api: ApiInProcess;
const call = callerOf(() => api);
const callElsewhere = callerOf(() => api, keyOf('administrator', 'contoso'));

const CUSTOMER = { displayName: 'Acme', primaryDomain: 'acme.example' };
const CALENDAR = { displayName: 'Mine', timeZone: 'UTC', week: { '1': [['09:00', '17:00']] } };
const policy = (budget: string, calendarId = 'always') => ({
  displayName: 'Mine',
  obligation: 'partnerFirstResponse',
  rules: [{ when: {}, budget, calendarId }],
  pausesOn: ['waitingOnCustomer'],
});
const holidays = (day: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:test',
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTAMP:20260101T000000Z',
    `DTSTART;VALUE=DATE:${day}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const file = async (policyId = 'program'): Promise<RequestView> =>
  (await call<RequestView>('POST', '/v1/service-requests', { ...filing('Mail'), policyId })).body;
const ticket = (title: string) => ({
  ...filing(title),
  system: 'old-desk',
  externalId: '4711',
  filedAt: '2024-01-01T00:00:00Z',
});
const filing = (title: string) => ({ customerId: 'acme', title, impact: 'minimal' });
const onRequest = async (sub: string, after: readonly [string, object][] = [], policyId?: string): Promise<string> => {
  const { id } = await file(policyId);
  for (const [before, body] of after)
    expect((await call('POST', `/v1/service-requests/${id}/${before}`, body)).status).toBe(201);
  return `/v1/service-requests/${id}/${sub}`;
};

const breached = async (): Promise<string> => {
  const { id } = await file('fast');
  const obligation = { kind: 'partnerFirstResponse', cycle: 1 } as const;
  const ask = () =>
    new CheckDeadlineCommand(id as RequestId, { obligation }, commandMeta({ tenantId: 'default' as TenantId }));
  const state = async () => {
    await api.commands.execute(ask());
    return (await call<Partial<RequestView>>('GET', `/v1/service-requests/${id}`)).body.obligations?.[0]?.state;
  };
  await eventually(async () => (await state()) === 'breached', { what: 'the breach' });
  return `/v1/service-requests/${id}/obligations/partnerFirstResponse/1/annulment`;
};

const outdated = async (): Promise<string> => {
  await call('PUT', '/v1/sla/policies/newer', policy('PT2H'));
  const url = await onRequest('obligations/partnerFirstResponse/1/reevaluation', [], 'newer');
  await call('PUT', '/v1/sla/policies/newer', policy('PT3H'));
  return url;
};

const alert = async (sub: string): Promise<string> => {
  const { id } = await file();
  await call('POST', `/v1/service-requests/${id}/escalations`, { target: 'manager', reason: 'urgent' });
  const mine = async () =>
    (await call<Page<AlertView>>('GET', '/v1/alerts')).body.items.find(
      ({ serviceRequestId }) => serviceRequestId === id,
    );
  await eventually(async () => (await mine()) !== undefined, { what: 'the alert' });
  return `/v1/alerts/${(await mine())?.id ?? ''}/${sub}`;
};

const newKey = async (): Promise<string> =>
  String((await call('POST', '/v1/api-keys', { name: 'x', role: 'service' })).body['id']);
const tenant = async (): Promise<string> => {
  const id = `t-${newUuid()}`;
  await call('PUT', `/v1/tenants/${id}`, { displayName: 'Adatum' });
  return `/v1/tenants/${id}`;
};
const calendar = async (): Promise<string> => {
  await call('PUT', '/v1/calendars/with-holidays', CALENDAR);
  return '/v1/calendars/with-holidays/holidays';
};

interface Command {
  /** An address at which the command has something to do. */
  readonly at: () => Promise<string> | string;
  readonly body?: object | string;
  /** Another body that is as valid. */
  readonly other?: object | string;
  /** Where it follows from what is sent. */
  readonly key?: string;
}

const reason = (text: string) => ({ body: { reason: text }, other: { reason: `${text} Really.` } });
const later = (hours: number) => ({ until: instantFromMs(instantToMs(systemClock.now()) + hours * 3_600_000) });
const REQUESTS = 'POST /v1/service-requests/:id';

const COMMANDS: Readonly<Record<string, Command>> = {
  'POST /v1/service-requests': { at: () => '/v1/service-requests', body: filing('One'), other: filing('Two') },
  'POST /v1/imports': {
    at: () => '/v1/imports',
    body: ticket('Mail'),
    other: ticket('Fax'),
    key: 'import:old-desk:4711',
  },
  [`${REQUESTS}/severity`]: {
    at: () => onRequest('severity'),
    body: { impact: 'critical', reason: 'worse' },
    other: { impact: 'moderate', reason: 'worse' },
  },
  [`${REQUESTS}/responses`]: { at: () => onRequest('responses'), body: { text: 'One' }, other: { text: 'Two' } },
  [`${REQUESTS}/notes`]: { at: () => onRequest('notes'), body: { text: 'One' }, other: { text: 'Two' } },
  [`${REQUESTS}/escalations`]: {
    at: () => onRequest('escalations'),
    body: { target: 'manager', reason: 'urgent' },
    other: { target: 'tier2', reason: 'urgent' },
  },
  [`${REQUESTS}/resolution`]: { at: () => onRequest('resolution'), body: { summary: 'A' }, other: { summary: 'B' } },
  [`${REQUESTS}/closure`]: { at: () => onRequest('closure'), ...reason('Done.') },
  [`${REQUESTS}/reopenings`]: {
    at: () => onRequest('reopenings', [['closure', { reason: 'Done.' }]]),
    ...reason('Not done.'),
  },
  [`${REQUESTS}/pauses`]: {
    at: () => onRequest('pauses'),
    body: { reason: 'waitingOnCustomer' },
    other: { reason: 'another' },
  },
  [`${REQUESTS}/resumptions`]: {
    at: () => onRequest('resumptions', [['pauses', { reason: 'waitingOnCustomer' }]]),
    other: { reason: 'waitingOnCustomer' },
  },
  [`${REQUESTS}/language`]: {
    at: () => onRequest('language'),
    body: { preferredSupportLanguage: 'ko' },
    other: { preferredSupportLanguage: 'ja' },
  },
  [`${REQUESTS}/merges`]: { at: () => onRequest('merges'), other: { into: newUuid() } },
  [`${REQUESTS}/obligations/:kind/:cycle/annulment`]: {
    at: breached,
    body: { reason: 'wrong', evidence: 'log' },
    other: { reason: 'wrong', evidence: 'another' },
  },
  [`${REQUESTS}/obligations/:kind/:cycle/reevaluation`]: { at: outdated, ...reason('Newer.') },
  'POST /v1/alerts/:alertId/acknowledgement': { at: () => alert('acknowledgement'), other: { x: 1 } },
  'POST /v1/alerts/:alertId/snooze': { at: () => alert('snooze'), body: later(1), other: later(2) },
  'PUT /v1/customers/:customerId': {
    at: () => '/v1/customers/repeated',
    body: CUSTOMER,
    other: { ...CUSTOMER, displayName: 'B' },
  },
  'PUT /v1/calendars/:calendarId': {
    at: () => '/v1/calendars/repeated',
    body: CALENDAR,
    other: { ...CALENDAR, displayName: 'B' },
  },
  'POST /v1/calendars/:calendarId/holidays': { at: calendar, body: holidays('20261225'), other: holidays('20261226') },
  'PUT /v1/sla/policies/:policyId': {
    at: () => '/v1/sla/policies/repeated',
    body: policy('PT1H'),
    other: policy('PT2H'),
  },
  'POST /v1/projections/:name/rebuild': { at: () => '/v1/projections/alerts/rebuild', other: { x: 1 } },
  'POST /v1/api-keys': {
    at: () => '/v1/api-keys',
    body: { name: 'One', role: 'service' },
    other: { name: 'Two', role: 'service' },
  },
  'POST /v1/api-keys/:keyId/rotation': {
    at: async () => `/v1/api-keys/${await newKey()}/rotation`,
    other: { overlap: 'PT1H' },
  },
  'POST /v1/api-keys/:keyId/revocation': {
    at: async () => `/v1/api-keys/${await newKey()}/revocation`,
    ...reason('Lost.'),
  },
  'PUT /v1/tenants/:tenantId': {
    at: () => '/v1/tenants/repeated',
    body: { displayName: 'A' },
    other: { displayName: 'B' },
  },
  'POST /v1/tenants/:tenantId/suspension': { at: async () => `${await tenant()}/suspension`, ...reason('Unpaid.') },
  'POST /v1/tenants/:tenantId/reactivation': { at: async () => `${await tenant()}/reactivation`, ...reason('Paid.') },
  'POST /v1/tenants/:tenantId/api-keys': {
    at: async () => `${await tenant()}/api-keys`,
    body: { name: 'One', role: 'service' },
    other: { name: 'Two', role: 'service' },
  },
};

const send = (route: string, url: string, body: object | string | undefined, key: string, by = call) =>
  by(route.split(' ')[0] ?? '', url, body, {
    'idempotency-key': key,
    ...(typeof body === 'string' ? { 'content-type': 'text/calendar' } : {}),
  });

/** A key is shown once; a repeat says which one it was. */
const withoutKey = ({ key: _, ...body }: Readonly<Record<string, unknown>>) => body;

beforeAll(async () => {
  api = await apiInProcess(['default', 'contoso']);
  await call('PUT', '/v1/customers/acme', CUSTOMER);
  await call('PUT', '/v1/sla/policies/fast', policy('PT1S'));
});
afterAll(() => api.close());

it('is known of every command that there is', () => {
  const routes = guardedRoutesOf(api).map(({ method, url }) => `${method} ${url}`);
  const commands = routes.filter((route) => /^(?:POST|PUT|PATCH|DELETE) /.test(route) && !COMPUTES.includes(route));
  expect(Object.keys(COMMANDS).sort()).toEqual(commands.sort());
});

it.each(Object.entries(COMMANDS))(
  '%s has one effect and one answer a key',
  async (route, { at, body, other, key = `key of ${route}` }) => {
    const url = await at();
    const sent = url.endsWith('/merges') ? { into: (await file()).id } : body;
    const first = await send(route, url, sent, key);
    expect([200, 201, 202]).toContain(first.status);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const head = await api.events.head();
    const again = await send(route, url, sent, key);
    expect([again.status, withoutKey(again.body)]).toEqual([first.status, withoutKey(first.body)]);
    for (const header of ['etag', 'location', 'content-type', 'cache-control'])
      expect([header, again.headers[header]]).toEqual([header, first.headers[header]]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const reused = [
      await send(route, url, other, key),
      await send('PUT /v1/customers', '/v1/customers/elsewhere', CUSTOMER, key),
    ];
    expect(reused.map(({ status, body: { type } }) => [status, type])).toEqual(
      reused.map(() => [409, '/problems/idempotency-key-reused']),
    );
    expect(await api.events.head()).toBe(head);
    const elsewhere = await send('PUT /v1/customers', `/v1/customers/${newUuid()}`, CUSTOMER, key, callElsewhere);
    expect([elsewhere.status, elsewhere.headers['idempotency-replayed']]).toEqual([201, undefined]);
  },
);
