import { newUuid } from '#kernel';
import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess, guardedRoutesOf, keyOf } from '../support/api-in-process.js';
import type { Answer } from '../support/ledgerdesk.js';
import { EventReader } from '../support/sse.js';
import type { AlertView, Page, ProblemView, RequestView } from '../support/views.js';

const CONTOSO = keyOf('administrator', 'contoso');
const FABRIKAM = keyOf('administrator', 'fabrikam');

let api: ApiInProcess;

const call = async <Body = Record<string, unknown>>(
  key: string,
  method: string,
  url: string,
  payload?: object | string,
  headers: Record<string, string> = {},
): Promise<Pick<Answer<Body>, 'status' | 'body'>> => {
  const answer = await api.server.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body || '{}') as Body };
};

const day = [['09:00', '17:00']];
const CALENDAR = { displayName: 'Mine', timeZone: 'UTC', week: { '1': day }, holidays: [], overrides: {} };
const policyOn = (calendarId: string) => ({
  displayName: 'Mine',
  obligation: 'partnerFirstResponse',
  rules: [{ when: {}, budget: 'PT2H', calendarId }],
});
const filing = (customerId: string, policyId = 'program') => ({
  customerId,
  policyId,
  title: 'Mail',
  impact: 'minimal',
});

/** By the parameters of routes: what Contoso has, or what nobody has. */
type Ids = Readonly<Record<string, string>>;
const MADE = ['id', 'alertId', 'keyId', 'customerId', 'calendarId', 'policyId'];

/** A body that each command would take. */
const BODIES: Readonly<Record<string, object>> = {
  severity: { impact: 'critical', reason: 'worse' },
  responses: { text: 'We are on it.' },
  notes: { text: 'A note.' },
  escalations: { target: 'manager', reason: 'urgent' },
  resolution: { summary: 'Done.' },
  closure: { reason: 'Done.' },
  reopenings: { reason: 'Again.' },
  pauses: { reason: 'waitingOnCustomer' },
  resumptions: {},
  language: { preferredSupportLanguage: 'ko' },
  annulment: { reason: 'wrong', evidence: 'log' },
  reevaluation: { reason: 'newer' },
  snooze: { until: '2030-01-01T00:00:00Z' },
  rotation: {},
  revocation: { reason: 'leaked' },
  ':customerId': { displayName: 'Theirs', primaryDomain: 'theirs.example' },
  ':calendarId': CALENDAR,
  ':policyId': policyOn('always'),
};

const PUT_BY_ANYONE = [
  'PUT /v1/customers/:customerId',
  'PUT /v1/calendars/:calendarId',
  'PUT /v1/sla/policies/:policyId',
];

const fill = (url: string, ids: Ids): string =>
  url.replace(/:([^/]+)/g, (_, name: string) => ids[name] ?? 'unknown-parameter');

const bodyOf = (url: string, { id }: Ids): object | undefined => {
  const last = url.split('/').at(-1) ?? '';
  return last === 'merges' ? { into: id } : BODIES[last];
};

const HOLIDAYS = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:test',
  'BEGIN:VEVENT',
  'UID:1',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;VALUE=DATE:20261225',
  'SUMMARY:Christmas',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

/** What Fabrikam is told, with its own words for the ids. */
const told = async (method: string, url: string, ids: Ids) => {
  const file = url.endsWith('/holidays');
  const payload = file ? HOLIDAYS : method === 'GET' ? undefined : bodyOf(url, ids);
  const headers = file ? { 'content-type': 'text/calendar' } : {};
  const answer = await call(FABRIKAM, method, fill(url, ids), payload, headers);
  const { instance: _, ...body } = answer.body;
  const text = MADE.reduce((said, name) => said.replaceAll(ids[name] ?? '', `<${name}>`), JSON.stringify(body));
  return { status: answer.status, text };
};

let theirs: Ids;
const nobodys: Ids = {
  id: newUuid(),
  alertId: newUuid(),
  keyId: newUuid(),
  customerId: 'nobodys-customer',
  calendarId: 'nobodys-calendar',
  policyId: 'nobodys-policy',
  kind: 'partnerFirstResponse',
  cycle: '1',
  name: 'nobodys-projection',
  tenantId: 'nobodys-tenant',
};

beforeAll(async () => {
  api = await apiInProcess(['default', 'contoso', 'fabrikam']);
  await call(CONTOSO, 'PUT', '/v1/customers/acme', { displayName: 'Acme', primaryDomain: 'acme.example' });
  await call(CONTOSO, 'PUT', '/v1/calendars/seoul', CALENDAR);
  await call(CONTOSO, 'PUT', '/v1/sla/policies/gold', policyOn('seoul'));
  const filed = await call<RequestView>(CONTOSO, 'POST', '/v1/service-requests', filing('acme', 'gold'));
  const { id } = filed.body;
  await call(CONTOSO, 'POST', `/v1/service-requests/${id}/escalations`, { target: 'manager', reason: 'urgent' });
  const alerts = async () => (await call<Page<AlertView>>(CONTOSO, 'GET', '/v1/alerts')).body.items;
  await eventually(async () => (await alerts()).length > 0, { what: 'the alert of Contoso' });
  const key = await call<{ id: string }>(CONTOSO, 'POST', '/v1/api-keys', { name: 'x', role: 'service' });
  theirs = {
    ...nobodys,
    id,
    alertId: (await alerts())[0]?.id ?? '',
    keyId: key.body.id,
    customerId: 'acme',
    calendarId: 'seoul',
    policyId: 'gold',
    name: 'alerts',
    tenantId: 'contoso',
  };
});
afterAll(() => api.close());

const guarded = () =>
  guardedRoutesOf(api)
    .filter(({ method, url }) => method !== 'HEAD' && url.includes(':'))
    .map(({ method, url }) => ({ method, url }));

describe("another tenant's ids", () => {
  it('are answered on every route as ids that nobody has (G9)', async () => {
    const own = await call(CONTOSO, 'GET', `/v1/service-requests/${theirs['id'] ?? ''}`);
    expect(own.status).toBe(200);
    const told404: string[] = [];
    const surprises: object[] = [];
    const walked = guarded().filter(({ method, url }) => !PUT_BY_ANYONE.includes(`${method} ${url}`));
    for (const { method, url } of walked) {
      const [there, nowhere] = [await told(method, url, theirs), await told(method, url, nobodys)];
      if (there.status !== nowhere.status || there.text !== nowhere.text) surprises.push({ url, there, nowhere });
      if (there.status === 404) told404.push(url);
      else if (there.status !== 403 && there.text !== '{"items":[],"nextCursor":null}') surprises.push({ url, there });
    }
    process.stdout.write(
      `tenants: ${walked.length} routes with ids of another tenant, ${told404.length} of them 404\n`,
    );
    expect(surprises).toEqual([]);
    expect(told404.length).toBeGreaterThan(25);
  });

  it('in bodies and queries name nothing either', async () => {
    const { customerId = '', policyId = '', calendarId = '' } = theirs;
    await call(FABRIKAM, 'PUT', '/v1/customers/own', { displayName: 'Own', primaryDomain: 'own.example' });
    const file = (customer: string, policy: string) =>
      call(FABRIKAM, 'POST', '/v1/service-requests', filing(customer, policy));
    expect((await file(customerId, 'program')).status).toBe(422);
    expect((await file('own', policyId)).status).toBe(422);
    const quote = { calendarId, startTime: '2026-07-13T00:00:00Z', slaMinutes: 60 };
    expect((await call(FABRIKAM, 'POST', '/v1/sla/quote', quote)).status).toBe(422);
    const listed = await call<Page<unknown>>(FABRIKAM, 'GET', `/v1/service-requests?customerId=${customerId}`);
    expect(listed.body.items).toEqual([]);
  });

  it('may be given to things of one’s own, which changes nothing over there', async () => {
    const views = () =>
      Promise.all(
        ['/v1/customers/acme', '/v1/calendars/seoul', '/v1/sla/policies/gold'].map((url) => call(CONTOSO, 'GET', url)),
      );
    const before = await views();
    for (const route of PUT_BY_ANYONE) {
      const [method = '', url = ''] = route.split(' ');
      expect((await told(method, url, theirs)).status).toBe(201);
    }
    expect(await views()).toEqual(before);
  });
});

describe('two tenants', () => {
  it('see in lists what is their own', async () => {
    for (const { url } of guardedRoutesOf(api).filter(
      ({ method, url }) => method === 'GET' && !/:|stream|^\/docs/.test(url),
    )) {
      const { status, body } = await call(FABRIKAM, 'GET', url);
      if (status === 403) continue;
      expect(status).toBe(200);
      const text = JSON.stringify(body);
      for (const id of [theirs['id'], theirs['alertId'], theirs['keyId'], 'acme.example'])
        expect({ url, text: text.includes(String(id)) }).toEqual({ url, text: false });
    }
  });

  it('may use one idempotency key, each for itself', async () => {
    const put = (key: string, displayName: string) =>
      call(
        key,
        'PUT',
        '/v1/customers/same',
        { displayName, primaryDomain: 'same.example' },
        { 'idempotency-key': 'same' },
      );
    expect((await put(CONTOSO, 'One')).status).toBe(201);
    expect((await put(FABRIKAM, 'Other')).status).toBe(201);
  });

  it('hear nothing of each other', async () => {
    const url = `${await api.server.listen({ port: 0, host: '127.0.0.1' })}/v1/alerts/stream`;
    const [one, other] = [new EventReader(url, CONTOSO), new EventReader(url, FABRIKAM)];
    for (const reader of [one, other]) {
      reader.lastId = '0';
      await reader.connect();
    }
    const mine = await call<RequestView>(FABRIKAM, 'POST', '/v1/service-requests', filing('own'));
    await call(FABRIKAM, 'POST', `/v1/service-requests/${mine.body.id}/escalations`, { target: 'tier2', reason: 'x' });
    await eventually(() => one.events.length === 1 && other.events.length === 1, { what: 'an alert each' });
    await Promise.all([one.disconnect(), other.disconnect()]);
    expect(one.events.map(({ data }) => data['serviceRequestId'])).toEqual([theirs['id']]);
    expect(other.events.map(({ data }) => data['serviceRequestId'])).toEqual([mine.body.id]);
  });
});

describe('a tenant', () => {
  const ROOT = keyOf('administrator');
  const put = (id: string, displayName = 'Adatum', headers: Record<string, string> = {}) =>
    call(ROOT, 'PUT', `/v1/tenants/${id}`, { displayName }, headers);
  const turn = (how: string) => call(ROOT, 'POST', `/v1/tenants/adatum/${how}`, { reason: 'Unpaid.' });

  it('is registered and given its first key by the installation, and then goes by itself', async () => {
    expect((await put('adatum')).status).toBe(201);
    expect((await put('adatum', 'Adatum Ltd', { 'if-match': '*' })).status).toBe(200);
    const body = { name: 'First', role: 'administrator' };
    const first = await call<{ key: string }>(ROOT, 'POST', '/v1/tenants/adatum/api-keys', body);
    expect(first.status).toBe(201);
    const { key } = first.body;
    const list = await call<Page<object>>(key, 'GET', '/v1/api-keys');
    expect(list.body.items).toHaveLength(1);
    expect((await call(key, 'GET', '/v1/tenants')).status).toBe(403);
    expect((await call<Page<object>>(ROOT, 'GET', '/v1/tenants')).body.items).toMatchObject([
      { id: 'adatum', displayName: 'Adatum Ltd', status: 'active' },
    ]);
  });

  it('that is suspended gets nothing until it is reactivated', async () => {
    const body = { name: 'Second', role: 'operator' };
    const { key } = (await call<{ key: string }>(ROOT, 'POST', '/v1/tenants/adatum/api-keys', body)).body;
    const ask = () => call<ProblemView>(key, 'GET', '/v1/alerts');
    expect((await ask()).status).toBe(200);
    expect((await turn('suspension')).body).toMatchObject({ status: 'suspended' });
    expect(await ask()).toMatchObject({ status: 403, body: { type: '/problems/tenant-suspended' } });
    expect((await turn('reactivation')).body).toMatchObject({ status: 'active' });
    expect((await ask()).status).toBe(200);
  });

  it.each([
    ['default', 409],
    ['with.dot', 422],
    ['Capital', 422],
    ['-dash', 422],
    ['a'.repeat(64), 422],
  ])('is not called %s: %i', async (id, status) => {
    expect((await put(id)).status).toBe(status);
  });

  it('that nobody registered is suspended by nobody and gets no key', async () => {
    const issue = await call(ROOT, 'POST', '/v1/tenants/nobody/api-keys', { name: 'x', role: 'service' });
    const suspension = await call(ROOT, 'POST', '/v1/tenants/nobody/suspension', { reason: 'x' });
    expect([issue.status, suspension.status]).toEqual([404, 404]);
  });
});
