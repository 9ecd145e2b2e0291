import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { AnswerChecks, type Described } from '../support/answer-checks.js';

const described = JSON.parse(readFileSync(join(__dirname, '../../apps/api/openapi.json'), 'utf8')) as Described;

const INSTANT = '2026-07-13T00:00:00Z';

describe('the OpenAPI document', () => {
  let api: ApiInProcess;
  const checks = new AnswerChecks(described);

  beforeAll(async () => {
    api = await apiInProcess();
  });
  afterAll(() => api.close());

  const send = async (method: string, url: string, payload?: object, headers: Record<string, string> = {}) => {
    const answer = await api.server.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Bearer ${keyOf('administrator')}`, ...headers },
      ...(payload && { payload }),
    });
    checks.assert(method, url, answer);
    return answer;
  };

  it('describes every route, and none that is not there', () => {
    const there = api.server.routes.all
      .filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS')
      .map(({ method, url, needs }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')} ${needs ?? 'open'}`);
    const listed = Object.entries(described.paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, { security }]) => `${method.toUpperCase()} ${path} ${security[0]?.['key']?.[0] ?? 'open'}`,
      ),
    );
    expect(listed.sort()).toEqual(there.sort());
  });

  it('has examples that its own schemas take', () => {
    expect(checks.wrongExamples()).toEqual([]);
  });

  it('is served to every role, and so is its page, which loads nothing', async () => {
    const headers = { authorization: `Bearer ${keyOf('salesAgent', 'default')}` };
    const [document, page] = await Promise.all([
      api.server.inject({ url: '/openapi.json', headers }),
      api.server.inject({ url: '/docs', headers }),
    ]);
    expect(document.json()).toEqual(described);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain('File a service request');
    expect(page.body).not.toMatch(/<script|<link|<img|src=|url\(|href="https?:/);
  });

  it('says what the life of a request answers', async () => {
    await send('PUT', '/v1/customers/contoso', { displayName: 'Contoso', primaryDomain: 'contoso.example' });
    await send('GET', '/v1/customers/contoso');
    const policy = {
      displayName: 'Gold',
      obligation: 'resolution',
      warnings: [50],
      pausesOn: ['waiting'],
      rules: [{ when: { impact: 'critical' }, budget: 'PT4H' }, { budget: 'PT8H' }],
      escalation: [{ after: 'PT0S', to: 'duty-manager' }],
    };
    await send('PUT', '/v1/sla/policies/gold', policy);
    await send('POST', '/v1/sla/policies/check', policy);
    const filing = {
      customerId: 'contoso',
      title: 'Mail does not arrive',
      impact: 'critical',
      policyIds: ['gold', 'program'],
      contact: { name: 'Kim' },
    };
    const filed = await send('POST', '/v1/service-requests', filing, { 'idempotency-key': 'first' });
    await send('POST', '/v1/service-requests', filing, { 'idempotency-key': 'first' });
    const [{ id }, other] = [filed, await send('POST', '/v1/service-requests', filing)].map((answer) =>
      answer.json<{ id: string; position: string }>(),
    ) as [{ id: string }, { id: string; position: string }];
    const at = `/v1/service-requests/${id}`;
    await send('POST', `${at}/severity`, { impact: 'minimal', reason: 'A workaround exists' });
    await send('POST', `${at}/pauses`, { reason: 'waiting' });
    await send('GET', `${at}?waitFor=${other.position}`);
    await send('POST', `${at}/pauses`, { reason: 'waiting' });
    await send('POST', `${at}/resumptions`);
    await send('POST', `${at}/language`, { preferredSupportLanguage: 'ko' });
    await send('POST', `${at}/notes`, { text: 'Called back' });
    await send('POST', `${at}/escalations`, {
      target: 'vendor',
      reason: 'A bug',
      vehicle: 'ASfP',
      criterion: 'bugOrIrregularity',
    });
    await send('POST', `${at}/responses`, { text: 'We are on it' });
    await send('POST', `${at}/obligations/resolution/1/annulment`, { reason: 'None', evidence: 'None' });
    await send('POST', `${at}/obligations/resolution/1/reevaluation`, { reason: 'New terms' });
    await send('GET', `${at}/obligations/resolution/1/explanation`);
    await send('POST', `${at}/merges`, { into: other.id });
    await send('POST', `/v1/service-requests/${other.id}/resolution`, { summary: 'Mended' });
    await send('POST', `/v1/service-requests/${other.id}/reopenings`, { reason: 'Again' });
    const closed = await send('POST', `/v1/service-requests/${other.id}/closure`, { reason: 'Done' });
    const { position } = closed.json<{ position: string }>();
    await send('GET', `${at}/history`);
    await send('GET', `${at}/history?asOf=2999-01-01T00:00:00Z`);
    await send('GET', `/v1/service-requests/${other.id}/what-if`);
    await send('GET', `/v1/service-requests?waitFor=${position}&limit=1`);
    await send('GET', '/v1/customers/contoso/service-requests');
    await send('GET', '/v1/deadlines?state=annulled');
    for (const state of ['open', 'paused', 'met']) await send('GET', `/v1/deadlines?state=${state}`);
    await send('GET', '/v1/reports/attainment?groupBy=policy,month&budget=critical:PT1M');
    await send('GET', '/v1/reports/deadline-gaming?within=PT720H');
    expect(checks.answered).toBeGreaterThan(30);
  });

  it('says what is answered about calendars, computing, keys and operations', async () => {
    const calendar = { timeZone: 'Asia/Seoul', week: { 1: [['09:00', '18:00']] }, overrides: { '2026-12-24': [] } };
    await send('PUT', '/v1/calendars/seoul', { displayName: 'Seoul', ...calendar });
    await send('GET', '/v1/calendars/seoul');
    await send('GET', '/v1/calendars/always');
    await send('GET', '/v1/calendars/seoul/versions');
    await send('GET', '/v1/calendars');
    await send('GET', '/v1/sla/policies');
    await send('GET', '/v1/sla/policies/program');
    await send('GET', '/v1/sla/policies/program/versions');
    await send('POST', '/v1/sla/quote', {
      calendar,
      startTime: INSTANT,
      slaMinutes: 90.5,
      pauses: [{ from: INSTANT, to: null }],
    });
    await send('POST', '/v1/sla/quote', { calendarId: 'seoul', startTime: INSTANT, slaMinutes: 90 });
    await send('POST', '/v1/sla/what-if', {
      filing: { at: INSTANT, impact: 'critical' },
      timeline: [
        { at: '2026-07-13T01:00:00Z', do: 'pause', reason: 'waiting' },
        { at: '2026-07-13T01:10:00Z', do: 'resume' },
      ],
      until: '2026-07-13T09:00:00Z',
    });
    const issued = await send('POST', '/v1/api-keys', { name: 'Portal', role: 'service' });
    const { id } = issued.json<{ id: string }>();
    await send('GET', '/v1/api-keys?limit=2');
    await send('GET', `/v1/api-keys/${id}`);
    await send('POST', `/v1/api-keys/${id}/rotation`, { overlap: 'PT1H' });
    await send('POST', `/v1/api-keys/${id}/revocation`, { reason: 'Left' });
    await send('PUT', '/v1/tenants/fabrikam', { displayName: 'Fabrikam' });
    await send('GET', '/v1/tenants');
    await send('GET', '/v1/tenants/fabrikam');
    await send('POST', '/v1/tenants/fabrikam/api-keys', { name: 'First', role: 'administrator' });
    await send('POST', '/v1/tenants/fabrikam/suspension', { reason: 'Unpaid' });
    await send('POST', '/v1/tenants/fabrikam/reactivation', { reason: 'Paid' });
    for (const path of ['/v1/timers', '/v1/projections', '/v1/alerts', '/health/live', '/health/ready', '/problems'])
      await send('GET', path, undefined, { accept: 'application/json' });
    await send('POST', '/v1/projections/alerts/rebuild');
    expect(checks.answered).toBeGreaterThan(25);
  });

  it('says what is refused', async () => {
    await send('GET', '/v1/customers/nobody');
    await send('GET', '/v1/alerts/84a0cd70-6c2e-550a-bc11-cbee5c439d4d');
    await send('PUT', '/v1/customers/contoso', { cloud: 'moon', more: 1 });
    await send('GET', '/v1/timers', undefined, { authorization: `Bearer ${keyOf('service')}` });
    await send('GET', '/v1/timers', undefined, { authorization: 'Bearer nobody' });
    await send('GET', '/v1/deadlines?limit=0');
    await send('PUT', '/v1/calendars/always', { displayName: 'A', timeZone: 'UTC', week: { 1: [['00:00', '24:00']] } });
    const stale = await send(
      'PUT',
      '/v1/customers/stale',
      { displayName: 'S', primaryDomain: 's.example' },
      { 'if-match': '"7"' },
    );
    expect(stale.statusCode).toBe(412);
  });
});
