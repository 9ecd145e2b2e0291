import { eventually } from '#testing';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import { EventReader } from '../support/sse.js';
import type { AlertView, HistoryItem, Page, ProblemView, RequestView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;

const policy = (id: string, more: object) =>
  ledgerdesk.send('PUT', `/v1/sla/policies/${id}`, {
    displayName: id,
    obligation: 'programFirstResponse',
    severityChange: 'retroactive',
    rules: [
      { when: { impact: 'critical' }, budget: 'PT2H', calendarId: 'always' },
      { when: {}, budget: 'PT8H', calendarId: 'always' },
    ],
    ...more,
  });

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  await policy('patient', { pausesOn: ['waitingOnCustomer', 'parts'] });
  await policy('solve', { obligation: 'resolution', pausesOn: ['parts'] });
  await policy('hasty', {
    warnings: [40, 80],
    rules: [{ when: {}, budget: 'PT2S', calendarId: 'always' }],
    escalation: [
      { after: 'PT0S', to: 'duty-manager' },
      { after: 'PT1S', to: 'manager' },
    ],
  });
});
afterAll(() => ledgerdesk.remove());

const file = async (more: object = {}): Promise<RequestView> =>
  (
    await ledgerdesk.post<RequestView>('/v1/service-requests', {
      customerId: 'contoso',
      title: 'Mail does not arrive',
      impact: 'critical',
      policyId: 'patient',
      ...more,
    })
  ).body;

const on = (id: string) => ({
  post: <Body = RequestView>(path: string, body?: object) =>
    ledgerdesk.post<Body>(`/v1/service-requests/${id}/${path}`, body),
  history: async () =>
    (await ledgerdesk.get<{ items: readonly HistoryItem[] }>(`/v1/service-requests/${id}/history`)).body.items,
});

const dueOf = ({ obligations }: RequestView, index = 0): number =>
  Date.parse(obligations[index]?.serviceLevelAgreement.expirationTime ?? '');

const deadlinesOf = async (state: string, { id, position }: RequestView) => {
  const path = `/v1/deadlines?state=${state}&limit=200&waitFor=${position}`;
  const { body } = await ledgerdesk.get<Page<{ serviceRequestId: string; kind: string; stage: string }>>(path);
  return body.items.filter(({ serviceRequestId }) => serviceRequestId === id);
};

describe('pausing and resuming', () => {
  it('has no due and is not at risk while it is paused, and is due later by that time (R7, E55)', async () => {
    const request = await file();
    const paused = await on(request.id).post('pauses', { reason: 'waitingOnCustomer' });
    expect(paused).toMatchObject({
      status: 201,
      body: { obligations: [{ state: 'paused', serviceLevelAgreement: { expirationTime: null } }] },
    });
    expect(await deadlinesOf('paused', paused.body)).toMatchObject([{ stage: 'paused', dueAt: null }]);
    const twice = await on(request.id).post<ProblemView>('pauses', { reason: 'waitingOnCustomer' });
    expect(twice).toMatchObject({ status: 409, body: { type: '/problems/clock-paused-already' } });
    const resumed = await on(request.id).post('resumptions');
    expect(resumed).toMatchObject({ status: 201, body: { obligations: [{ state: 'open' }] } });
    const [pause] = (await on(request.id).history()).filter(({ type }) => type === 'ClockPaused');
    const [resumption] = (await on(request.id).history()).filter(({ type }) => type === 'ClockResumed');
    const stoodMs = Date.parse(String(resumption?.data['resumedAt'])) - Date.parse(String(pause?.data['pausedAt']));
    expect(dueOf(resumed.body) - dueOf(request)).toBe(stoodMs);
    const running = await on(request.id).post<ProblemView>('resumptions', {});
    expect(running).toMatchObject({ status: 409, body: { type: '/problems/clock-running' } });
  });

  it('tells that a reason stops nothing, which is most likely misspelt', async () => {
    const { id } = await file();
    const misspelt = await on(id).post<{ findings: object[] }>('pauses', { reason: 'WaitingOnCustomer' });
    expect(misspelt.body.findings).toMatchObject([{ code: 'stops-nothing', pointer: '#/reason' }]);
    const right = await on(id).post<{ findings: object[] }>('pauses', { reason: 'waitingOnCustomer' });
    expect(right.body.findings).toEqual([]);
  });

  it('refuses a body that says nothing, or claims too much', async () => {
    const { id } = await file();
    const bad = await on(id).post<ProblemView>('pauses', { pausedAt: 'yesterday', until: 'tomorrow' });
    expect(bad.status).toBe(422);
    expect(bad.body.errors?.map(({ pointer }) => pointer).sort()).toEqual(
      expect.arrayContaining(['#/pausedAt', '#/reason', '#/until']),
    );
    const old = await on(id).post<ProblemView>('pauses', { reason: 'parts', pausedAt: '2020-01-01T00:00:00Z' });
    expect(old).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/pausedAt', code: 'not-credible' }] } });
  });
});

describe('several promises at once', () => {
  it('stops each for its own reasons, and keeps the resolution when it is solved', async () => {
    const request = await file({ policyId: undefined, policyIds: ['patient', 'solve'] });
    expect(request.obligations.map(({ kind }) => kind)).toEqual(['programFirstResponse', 'resolution']);
    const paused = await on(request.id).post('pauses', { reason: 'waitingOnCustomer' });
    expect(paused.body.obligations.map(({ state }) => state)).toEqual(['paused', 'open']);
    const resolved = await on(request.id).post('resolution', { summary: 'Restarted' });
    expect(resolved.body.obligations[1]).toMatchObject({ state: 'met', resolvedAt: expect.any(String) as string });
    const reopened = await on(request.id).post('reopenings', { reason: 'It is back' });
    expect(reopened.body.obligations).toMatchObject([
      { kind: 'programFirstResponse', state: 'paused' },
      { kind: 'resolution', cycle: 1, state: 'met' },
      { kind: 'resolution', cycle: 2, state: 'open' },
    ]);
  });

  it('refuses two of one kind, one that is unknown, and both ways of saying it', async () => {
    const sent = (body: object) =>
      ledgerdesk.post<ProblemView>('/v1/service-requests', {
        customerId: 'contoso',
        title: 'Twice',
        impact: 'critical',
        ...body,
      });
    expect(await sent({ policyIds: ['patient', 'program', 'none'] })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { pointer: '#/policyIds/1', code: 'same-obligation' },
          { pointer: '#/policyIds/2', code: 'unknown-policy' },
        ],
      },
    });
    expect(await sent({ policyId: 'patient', policyIds: ['solve'] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/policyIds', code: 'one-of' }] },
    });
  });
});

describe('the language', () => {
  it('moves what is owed to the calendar of that language (E42)', async () => {
    const request = await file({ policyId: 'program' });
    const changed = await on(request.id).post('language', { preferredSupportLanguage: 'ko' });
    expect(changed).toMatchObject({
      status: 200,
      body: { language: 'ko', obligations: [{ calendar: { id: 'business-hours-ko' }, revision: 2 }] },
    });
    expect(dueOf(changed.body)).toBeGreaterThanOrEqual(dueOf(request));
  });
});

describe('warnings, a miss and its steps', () => {
  it('warns in one alert that is raised, tells step after step, and lets the verdict be annulled (R9, R11, E49)', async () => {
    const reader = new EventReader(`${ledgerdesk.url}/v1/alerts/stream`, TEST_KEY);
    await reader.connect();
    const { id } = await file({ policyId: 'hasty' });
    const types = async () => (await on(id).history()).map(({ type }) => type).slice(3);
    await eventually(async () => (await types()).length >= 5, { what: 'the second step of escalation' });
    expect(await types()).toEqual([
      'DeadlineApproaching',
      'DeadlineApproaching',
      'ResponseBreached',
      'Escalated',
      'Escalated',
    ]);
    await eventually(() => reader.events.length >= 5, { what: 'the alerts' });
    await reader.disconnect();
    expect(reader.events.map(({ event }) => event)).toEqual([
      'alert.opened',
      'alert.raised',
      'alert.opened', // of the miss; that it came near is no news any more
      'alert.resolved',
      'alert.opened',
    ]);
    const seen = String(reader.events.at(-1)?.data['position']);
    const openAlerts = `/v1/alerts?state=open&limit=200&waitFor=${seen}`;
    const alerts = (await ledgerdesk.get<Page<AlertView>>(openAlerts)).body.items;
    const mine = alerts.filter(({ serviceRequestId }) => serviceRequestId === id);
    expect(mine.map(({ kind }) => kind).sort()).toEqual(['breach', 'escalation']);
    const path = 'obligations/programFirstResponse/1/annulment';
    const annulled = await on(id).post(path, { reason: 'Answered by phone', evidence: 'Call record 4711' });
    expect(annulled).toMatchObject({
      status: 201,
      body: { obligations: [{ state: 'annulled', annulment: { evidence: 'Call record 4711' } }] },
    });
    expect(annulled.body.obligations[0]?.breach).toBeDefined();
    const twice = await on(id).post<ProblemView>(path, { reason: 'Again', evidence: 'None' });
    expect(twice).toMatchObject({ status: 409, body: { type: '/problems/breach-annulled-already' } });
  });

  it('knows no other obligations', async () => {
    const { id } = await file();
    const body = { reason: 'None', evidence: 'None' };
    for (const path of ['obligations/nextResponse/1/annulment', 'obligations/lunch/1/annulment'])
      expect(await on(id).post<ProblemView>(path, body)).toMatchObject({
        status: 404,
        body: { type: '/problems/obligation-not-found' },
      });
  });
});

describe('re-evaluation', () => {
  it('follows the newest version when it is asked to, and only then (R10)', async () => {
    await policy('renewed', {});
    const request = await file({ policyId: 'renewed' });
    const path = 'obligations/programFirstResponse/1/reevaluation';
    const none = await on(request.id).post<ProblemView>(path, { reason: 'New contract' });
    expect(none).toMatchObject({ status: 409, body: { type: '/problems/nothing-newer' } });
    await policy('renewed', { rules: [{ when: {}, budget: 'PT3H', calendarId: 'always' }] });
    const followed = await on(request.id).post(path, { reason: 'New contract' });
    expect(followed.status).toBe(201);
    expect(dueOf(followed.body) - dueOf(request)).toBe(3_600_000);
  });
});

describe('merging', () => {
  it('hands over the earlier promise and the higher severity, and settles the duplicate (E44)', async () => {
    const survivor = await file({ impact: 'minimal' });
    const duplicate = await file();
    const merge = () =>
      ledgerdesk.post<RequestView>(
        `/v1/service-requests/${duplicate.id}/merges`,
        { into: survivor.id },
        { 'idempotency-key': 'merge-1' },
      );
    const merged = await merge();
    expect(merged).toMatchObject({ status: 201, body: { status: 'closed', mergedInto: survivor.id } });
    expect((await merge()).body).toEqual(merged.body);
    const after = await on(survivor.id).post('notes', { text: 'Absorbed' });
    expect(after.body).toMatchObject({ severity: { impact: 'critical' }, absorbed: [duplicate.id] });
    expect(dueOf(after.body)).toBe(dueOf(duplicate));
    expect((await on(duplicate.id).history()).filter(({ type }) => type === 'RequestMerged')).toHaveLength(1);
  });

  it('refuses itself, one that is not there, and what is settled', async () => {
    const { id } = await file();
    expect(await on(id).post<ProblemView>('merges', { into: id })).toMatchObject({
      status: 409,
      body: { type: '/problems/merge-into-itself' },
    });
    const nowhere = '01980000-0000-7000-8000-00000000dead';
    expect(await on(id).post<ProblemView>('merges', { into: nowhere })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/into', code: 'unknown-service-request' }] },
    });
    const settled = await file();
    await on(settled.id).post('closure', { reason: 'Withdrawn' });
    expect(await on(id).post<ProblemView>('merges', { into: settled.id })).toMatchObject({
      status: 409,
      body: { type: '/problems/service-request-settled' },
    });
  });
});

describe('the report of deadlines that were moved just before', () => {
  it('lists downgrades, pauses and changes of language close to due, who made them and why (E31)', async () => {
    await policy('soon', {
      pausesOn: ['parts'],
      rules: [
        { when: { impact: 'critical' }, budget: 'PT10M', calendarId: 'always' },
        { when: {}, budget: 'PT30M', calendarId: 'always' },
      ],
    });
    const { id } = await file({ policyId: 'soon' });
    await on(id).post('severity', { impact: 'minimal', reason: 'Not so bad' });
    await on(id).post('language', { preferredSupportLanguage: 'ko', reason: 'She asked for it' });
    const far = (await on(id).post('pauses', { reason: 'parts' })).body;
    const path = `/v1/reports/deadline-gaming?waitFor=${far.position}`;
    const report = async (query: string) =>
      (await ledgerdesk.get<Page<{ serviceRequestId: string; kind: string }>>(path + query)).body.items.filter(
        ({ serviceRequestId }) => serviceRequestId === id,
      );
    expect(await report('')).toMatchObject([
      { kind: 'downgrade', from: 'critical', to: 'minimal', reason: 'Not so bad', actor: { role: 'administrator' } },
    ]);
    expect(await report('&within=PT1H')).toMatchObject([
      { kind: 'pause', reason: 'parts' },
      { kind: 'languageChange', from: 'en', to: 'ko', reason: 'She asked for it' },
      { kind: 'downgrade' },
    ]);
    expect(await report('&within=PT1S')).toEqual([]);
    expect((await ledgerdesk.get('/v1/reports/deadline-gaming?within=soon')).status).toBe(422);
  });
});
