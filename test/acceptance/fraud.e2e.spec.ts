import { may, ROLES } from '#access';
import { newUuid, type TenantId } from '#kernel';
import { eventually, newEvents } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { EventReader } from '../support/sse.js';

const TITLE = 'Purchases with stolen cards';
const own = 'default' as TenantId;
const blind = ROLES.filter((role) => !may('requests.fraud', own, role));

interface Item {
  readonly id: string;
  readonly title?: string;
  readonly position: string;
  readonly items: readonly { readonly id: string; readonly title?: string }[];
  readonly totals: { readonly met: number };
}

let api: ApiInProcess;
let fraud: Item;
let ordinary: Item;
let alertId: string;
let seen: string;

const ask = async (role: string, method: string, url: string, payload?: object, headers: object = {}) => {
  const { statusCode, body } = await api.server.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${keyOf(role)}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: statusCode, text: body, body: (body === '' ? {} : JSON.parse(body)) as Item };
};
const file = async (issueClass: string, role = 'dutyManager') =>
  ask(role, 'POST', '/v1/service-requests', { customerId: 'fabrikam', title: TITLE, impact: 'critical', issueClass });

const openAlert = async (serviceRequestId: string): Promise<string> => {
  const id = newUuid();
  const [opened] = newEvents(1, {
    type: 'AlertOpened',
    data: () => ({
      alertId: id,
      serviceRequestId,
      kind: 'breach',
      severity: 'critical',
      number: 'SR-1',
      title: TITLE,
      customerId: 'fabrikam',
      to: 'duty-manager',
      dueAt: null,
      detectedAt: '2026-07-13T00:00:00.000Z',
      respondedAt: null,
      openedAt: '2026-07-13T00:00:00.000Z',
    }),
  });
  if (opened === undefined) throw new Error('There is no event.');
  const event = { ...opened, meta: { ...opened.meta, tenantId: own } };
  seen = (await api.events.append(`alert-default.${id}`, 'none', [event])).position;
  return id;
};

beforeAll(async () => {
  api = await apiInProcess(['default']);
  const profile = { displayName: 'Fabrikam', primaryDomain: 'fabrikam.example' };
  await ask('administrator', 'PUT', '/v1/customers/fabrikam', profile);
  fraud = (await file('fraud')).body;
  ordinary = (await file('technical')).body;
  for (const { id } of [fraud, ordinary]) {
    await ask('dutyManager', 'POST', `/v1/service-requests/${id}/severity`, {
      impact: 'minimal',
      reason: 'Contained.',
    });
    await ask('dutyManager', 'POST', `/v1/service-requests/${id}/responses`, { text: 'We look into it.' });
  }
  await openAlert(ordinary.id);
  alertId = await openAlert(fraud.id);
});
afterAll(() => api.close());

describe('a request about fraud (REQ-12)', () => {
  it.each(ROLES)('is filed by a %s only if they may see it afterwards', async (role) => {
    const mayFile = may('requests.fraud', own, role) && may('requests.file', own, role);
    const { status } = await ask(role, 'POST', '/v1/service-requests', {
      customerId: 'nobody',
      title: TITLE,
      impact: 'minimal',
      issueClass: 'fraud',
    });
    expect(status).toBe(mayFile ? 422 : 403);
  });

  it('is seen by an auditor, with all that belongs to it', async () => {
    for (const path of ['', '/history', '/what-if', '/obligations/programFirstResponse/1/explanation'])
      expect([path, (await ask('auditor', 'GET', `/v1/service-requests/${fraud.id}${path}`)).status]).toEqual([
        path,
        200,
      ]);
    expect((await ask('auditor', 'GET', `/v1/alerts/${alertId}?waitFor=${seen}`)).status).toBe(200);
  });

  it.each([
    ['GET', '', undefined],
    ['GET', '/history', undefined],
    ['GET', '/history?asOf=2030-01-01T00:00:00Z', undefined],
    ['GET', '/what-if', undefined],
    ['GET', '/obligations/programFirstResponse/1/explanation', undefined],
    ['POST', '/responses', { text: 'x' }],
    ['POST', '/notes', { text: 'x' }],
    ['POST', '/severity', { impact: 'critical', reason: 'x' }],
    ['POST', '/pauses', { reason: 'x' }],
    ['POST', '/resumptions', {}],
    ['POST', '/escalations', { target: 'manager', reason: 'x' }],
    ['POST', '/resolution', { summary: 'x' }],
    ['POST', '/closure', { reason: 'x' }],
    ['POST', '/reopenings', { reason: 'x' }],
    ['POST', '/language', { preferredSupportLanguage: 'de' }],
    ['POST', '/merges', { into: '00000000-0000-4000-8000-000000000000' }],
  ])('answers %s %s as a request that does not exist', async (method, path, payload) => {
    const unknown = newUuid();
    for (const headers of method === 'GET' ? [{}] : [{}, { 'if-match': '"0"' }, { 'idempotency-key': `probe ${path}` }])
      for (const role of ['operator', 'helpdeskAgent', 'service'] as const) {
        const hidden = await ask(role, method, `/v1/service-requests/${fraud.id}${path}`, payload, headers);
        const missing = await ask(role, method, `/v1/service-requests/${unknown}${path}`, payload, headers);
        expect(hidden.status).toBeGreaterThanOrEqual(404);
        expect([hidden.status, hidden.text.replaceAll(fraud.id, unknown)]).toEqual([missing.status, missing.text]);
      }
  });

  it('cannot be found by merging into it, nor merged across', async () => {
    const merge = (role: string, into: string) =>
      ask(role, 'POST', `/v1/service-requests/${ordinary.id}/merges`, { into });
    expect((await merge('operator', fraud.id)).text).toBe((await merge('operator', newUuid())).text);
    expect((await merge('dutyManager', fraud.id)).text).toContain('/problems/merge-across-classes');
  });

  it.each([
    '/v1/service-requests',
    '/v1/customers/fabrikam/service-requests',
    '/v1/deadlines?state=met',
    '/v1/reports/deadline-gaming?within=PT24H',
    '/v1/alerts',
  ])('is in %s for those who see it, and for nobody else', async (url) => {
    const address = `${url}${url.includes('?') ? '&' : '?'}waitFor=${seen}`;
    const told = await ask('dutyManager', 'GET', address);
    expect([told.body.items.length, told.text.includes(fraud.id)]).toEqual([2, true]);
    let readers = 0;
    for (const role of blind) {
      const { status, text, body } = await ask(role, 'GET', address);
      if (status === 403) continue;
      readers += 1;
      expect([role, body.items.length, text.includes(fraud.id)]).toEqual([role, 1, false]);
    }
    expect(readers).toBeGreaterThan(1);
  });

  it('is counted in figures for those who see it', async () => {
    const url = `/v1/reports/attainment?groupBy=customer&waitFor=${seen}`;
    const met = async (role: string) => (await ask(role, 'GET', url)).body.totals.met;
    expect(await met('dutyManager')).toBe(2 * (await met('operator')));
    expect(await met('operator')).toBeGreaterThan(0);
  });

  it('has alerts that others can neither read nor deal with', async () => {
    const missing = newUuid();
    for (const [method, path, payload] of [
      ['GET', ''],
      ['POST', '/acknowledgement'],
      ['POST', '/snooze', { until: '2030-01-01T00:00:00Z' }],
    ] as const) {
      const hidden = await ask('operator', method, `/v1/alerts/${alertId}${path}`, payload);
      const unknown = await ask('operator', method, `/v1/alerts/${missing}${path}`, payload);
      expect(hidden.status).toBe(404);
      expect(hidden.text.replace(alertId, missing)).toBe(unknown.text);
    }
  });

  it('has no place in the live stream of others', async () => {
    await api.server.listen({ port: 0, host: '127.0.0.1' });
    const url = `${api.server.listeningOrigin}/v1/alerts/stream`;
    const readers = ['dutyManager', 'operator'].map((role) => new EventReader(url, keyOf(role)));
    await Promise.all(readers.map((reader) => reader.connect()));
    const [hidden, shown] = [await openAlert(fraud.id), await openAlert(ordinary.id)];
    const idsOf = ({ events }: EventReader) => events.map(({ data }) => data['id']);
    await eventually(() => readers.every((reader) => idsOf(reader).includes(shown)), { what: 'the alert' });
    expect(readers.map((reader) => idsOf(reader).includes(hidden))).toEqual([true, false]);
    await Promise.all(readers.map((reader) => reader.disconnect()));
  });
});
