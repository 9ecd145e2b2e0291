import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { ProblemView, RequestView } from '../support/views.js';

interface ExplanationView {
  readonly expirationTime: string | null;
  readonly startTime: string;
  readonly slaMinutes: number;
  readonly calendar: { readonly id: string; readonly version: number };
  readonly rule: { readonly name: string; readonly setBy: string; readonly takenOverFrom?: string };
  readonly verified: boolean | null;
  readonly tzdata: {
    readonly recorded: string;
    readonly zoneRules: string;
    readonly expirationTimeHere: string | null;
  };
  readonly countedMs: number;
  readonly explanation: readonly {
    readonly from: string;
    readonly to: string | null;
    readonly kind: string;
    readonly countedMs: number;
  }[];
}

let ledgerdesk: Ledgerdesk;

const HOUR = 3_600_000;

const policy = (id: string, more: object) =>
  ledgerdesk.send('PUT', `/v1/sla/policies/${id}`, {
    displayName: id,
    obligation: 'programFirstResponse',
    pausesOn: ['parts'],
    rules: [
      { when: { impact: 'critical' }, budget: 'PT2H', calendarId: 'new-york' },
      { when: {}, budget: 'PT8H', calendarId: 'new-york' },
    ],
    ...more,
  });

const publishNewYork = (id: string, closing: string) => {
  const week = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, [['00:00', closing]]]));
  const calendar = { displayName: 'New York', timeZone: 'America/New_York', week };
  return ledgerdesk.send('PUT', `/v1/calendars/${id}`, calendar);
};

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  await publishNewYork('new-york', '24:00');
  await policy('retroactive', {});
  await policy('from-change', { severityChange: 'fromChange' });
  await policy('solve', { obligation: 'resolution' });
});
afterAll(() => ledgerdesk.remove());

const file = async (more: object = {}): Promise<RequestView> => {
  const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', policyId: 'retroactive' };
  return (await ledgerdesk.post<RequestView>('/v1/service-requests', { ...filing, ...more })).body;
};

const change = async (id: string, path: string, body?: object): Promise<RequestView> => {
  const { status, body: view } = await ledgerdesk.post<RequestView>(`/v1/service-requests/${id}/${path}`, body);
  expect(status).toBeLessThan(300);
  return view;
};

const explanationOf = <Body = ExplanationView>(id: string, obligation = 'programFirstResponse/1', query = '') =>
  ledgerdesk.get<Body>(`/v1/service-requests/${id}/obligations/${obligation}/explanation${query}`);

/** The explanation, once it is sound: verified, without a gap, and about the deadline that the request's view shows. */
const soundly = async ({ id, obligations }: RequestView, obligation = 'programFirstResponse/1') => {
  const { status, body } = await explanationOf(id, obligation);
  expect(status).toBe(200);
  const shown = obligations.find(({ kind, cycle }) => `${kind}/${cycle}` === obligation);
  expect(body).toMatchObject({ ...shown?.serviceLevelAgreement, verified: true, tzdata: { differsHere: false } });
  const { explanation: rows } = body;
  expect(rows[0]?.from).toBe(body.startTime);
  expect(rows.at(-1)?.to).toBe(body.expirationTime);
  expect(rows.slice(1).map(({ from }) => from)).toEqual(rows.slice(0, -1).map(({ to }) => to));
  expect(rows.reduce((sumMs, { countedMs }) => sumMs + countedMs, 0)).toBe(body.countedMs);
  return body;
};

const budgetMs = ({ slaMinutes }: ExplanationView): number => slaMinutes * 60_000;
const kinds = ({ explanation }: ExplanationView) => explanation.map(({ kind }) => kind);

describe('the explanation of a recorded deadline', () => {
  it('sums to the budget, with the zone rules of then', async () => {
    const explanation = await soundly(await file());
    expect(explanation).toMatchObject({
      calendar: { id: 'new-york', version: 1 },
      rule: { name: 'startPlusBudget', setBy: 'RequestFiled' },
      tzdata: { expirationTimeHere: explanation.expirationTime },
    });
    expect(explanation.countedMs).toBe(2 * HOUR);
    expect(explanation.tzdata.zoneRules).toMatch(/^\d{4}-\d\d-\d\d\/\d{4}-\d\d-\d\d -0[45]:00/);
  });

  it('stays that of its calendar version, whatever is published since', async () => {
    await publishNewYork('renewed', '24:00');
    await policy('on-renewed', { rules: [{ when: {}, budget: 'PT8H', calendarId: 'renewed' }] });
    const request = await file({ policyId: 'on-renewed' });
    const before = await soundly(request);
    await publishNewYork('renewed', '00:01');
    expect(await soundly(request)).toEqual(before);
    expect(before).toMatchObject({ calendar: { id: 'renewed', version: 1 }, countedMs: 8 * HOUR });
  });

  it('follows a new severity, a pause and its end, a closure and a reopening (R7, R8, E41)', async () => {
    const filed = await file({ impact: 'minimal' });
    const { id } = filed;
    const mild = await soundly(filed);
    const severe = await soundly(await change(id, 'severity', { impact: 'critical', reason: 'Worse' }));
    expect(severe).toMatchObject({ rule: { setBy: 'SeverityAssigned' }, countedMs: 2 * HOUR });
    const paused = await soundly(await change(id, 'pauses', { reason: 'parts' }));
    expect(paused).toMatchObject({ expirationTime: null, tzdata: { expirationTimeHere: null } });
    expect(paused.explanation.at(-1)).toMatchObject({ to: null, kind: 'paused', countedMs: 0 });
    const resumed = await soundly(await change(id, 'resumptions'));
    expect(resumed).toMatchObject({ rule: { setBy: 'ClockResumed' }, countedMs: 2 * HOUR });
    expect(kinds(resumed)).toContain('paused');
    expect(kinds(await soundly(await change(id, 'closure', { reason: 'Withdrawn' }))).at(-1)).toBe('paused');
    const reopened = await soundly(await change(id, 'reopenings', { reason: 'It is back' }));
    expect(reopened).toMatchObject({ rule: { setBy: 'RequestReopened' }, countedMs: 2 * HOUR });
    expect(kinds(reopened).filter((kind) => kind === 'paused')).toHaveLength(2);
    expect((await explanationOf(id, 'programFirstResponse/1', '?revision=1')).body).toEqual(mild);
    expect((await explanationOf(id, 'programFirstResponse/1', '?revision=2')).body).toEqual(severe);
    expect((await explanationOf(id, 'programFirstResponse/1', '?revision=9')).status).toBe(404);
  });

  it('is of the kept promise what it was, and of the next cycle its own (E40)', async () => {
    const { id } = await file();
    const kept = await soundly(await change(id, 'responses', { text: 'We are on it.' }));
    await change(id, 'closure', { reason: 'Done' });
    const reopened = await change(id, 'reopenings', { reason: 'It is back' });
    expect((await soundly(reopened)).explanation).toEqual(kept.explanation);
    const next = await soundly(reopened, 'nextResponse/1');
    expect(next).toMatchObject({
      rule: { name: 'startPlusBudget', setBy: 'RequestReopened' },
      countedMs: budgetMs(next),
    });
    expect(kinds(next)).not.toContain('paused');
  });

  it('follows the language to another calendar (E42)', async () => {
    const { id } = await file({ policyId: 'program', impact: 'moderate' });
    const moved = await soundly(await change(id, 'language', { preferredSupportLanguage: 'ko' }));
    expect(moved).toMatchObject({
      calendar: { id: 'business-hours-ko' },
      rule: { setBy: 'LanguageChanged' },
      countedMs: 4 * HOUR,
    });
    expect(moved.tzdata.zoneRules).toMatch(/ \+09:00$/);
  });

  it('by R8 fromChange shows what was given in all, and names the rule that set it', async () => {
    const { id } = await file({ policyId: 'from-change', impact: 'minimal' });
    const upgraded = await soundly(await change(id, 'severity', { impact: 'critical', reason: 'Worse' }));
    expect(upgraded.rule).toMatchObject({ name: 'earlierOfBoth', setBy: 'SeverityAssigned' });
    expect(upgraded.countedMs).toBeGreaterThan(budgetMs(upgraded));
    await change(id, 'pauses', { reason: 'parts' });
    const resumed = await soundly(await change(id, 'resumptions'));
    expect(resumed).toMatchObject({ rule: { name: 'restAfterPause' }, countedMs: upgraded.countedMs });
    const downgraded = await soundly(await change(id, 'severity', { impact: 'minimal', reason: 'Better' }));
    expect(downgraded.rule.name).toBe('laterOfBoth');
  });

  it('of a promise that came with a duplicate tells of the pauses there (E44)', async () => {
    const survivor = await file({ impact: 'minimal' });
    const duplicate = await file();
    await change(duplicate.id, 'pauses', { reason: 'parts' });
    const made = await soundly(await change(duplicate.id, 'resumptions'));
    await change(duplicate.id, 'merges', { into: survivor.id });
    const after = await change(survivor.id, 'notes', { text: 'Absorbed' });
    const taken = await soundly(after);
    expect(taken.explanation).toEqual(made.explanation);
    expect(taken.rule).toMatchObject({ setBy: 'ClockResumed', takenOverFrom: duplicate.id });
    await change(survivor.id, 'pauses', { reason: 'parts' });
    expect(kinds(await soundly(await change(survivor.id, 'resumptions')))).toContain('paused');
  });

  it('is there for each of several promises', async () => {
    const { id } = await file({ policyId: undefined, policyIds: ['retroactive', 'solve'] });
    const resolved = await change(id, 'resolution', { summary: 'Restarted' });
    expect(await soundly(resolved, 'resolution/1')).toMatchObject({ state: 'met', countedMs: 2 * HOUR });
    expect((await soundly(resolved)).expirationTime).toBeNull();
  });

  it('says what there is not', async () => {
    const { id } = await file();
    const missing = async (request: string, obligation: string) => {
      const { status, body } = await explanationOf<ProblemView>(request, obligation);
      return [status, body.type];
    };
    for (const obligation of ['programFirstResponse/2', 'nextResponse/1', 'lunch/1', 'programFirstResponse/x'])
      expect(await missing(id, obligation)).toEqual([404, '/problems/obligation-not-found']);
    for (const request of ['nope', '00000000-0000-4000-8000-000000000000'])
      expect(await missing(request, 'programFirstResponse/1')).toEqual([404, '/problems/service-request-not-found']);
    const query = await ledgerdesk.get(`/v1/service-requests/${id}/obligations/programFirstResponse/1/explanation?x=1`);
    expect(query.status).toBe(422);
  });
});
