import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { Page, ProblemView, RequestView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

interface Edition {
  readonly id: string;
  readonly version: number;
  readonly displayName: string;
  readonly publishedAt: string;
  readonly effectiveFrom: string;
  readonly inForce?: boolean;
  readonly week: Readonly<Record<string, unknown>>;
  readonly position: string;
}

const wholeDays = Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, [['00:00', '24:00']]]));
const CALENDAR = { displayName: 'Desk', timeZone: 'Europe/Berlin', week: wholeDays };
const RULE = { when: {}, budget: 'PT1H', calendarId: 'always' };
const POLICY = { displayName: 'Gold', obligation: 'partnerFirstResponse', rules: [RULE] };

const putCalendar = <Body = Edition>(id: string, body: object, headers?: Record<string, string>) =>
  ledgerdesk.send<Body>('PUT', `/v1/calendars/${id}`, body, headers);
const putPolicy = <Body = Edition>(id: string, body: object, headers?: Record<string, string>) =>
  ledgerdesk.send<Body>('PUT', `/v1/sla/policies/${id}`, body, headers);
const file = (policyId: string, more: object = {}) =>
  ledgerdesk.post<RequestView & { obligations: { policy: object; calendar: object }[] }>('/v1/service-requests', {
    customerId: 'contoso',
    title: 'Mail does not arrive',
    impact: 'critical',
    policyId,
    ...more,
  });

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describe.each([
  ['calendars', 'calendars', CALENDAR, ['always', 'business-hours', 'business-hours-ko'], 'Europe/Berlin'],
  ['policies', 'sla/policies', POLICY, ['program'], 'partnerFirstResponse'],
])('%s', (_, path, definition, builtIn, subject) => {
  const put = (id: string, body: object, headers?: Record<string, string>) =>
    ledgerdesk.send<Edition>('PUT', `/v1/${path}/${id}`, body, headers);
  const get = (address: string) => ledgerdesk.get<Edition>(`/v1/${path}/${address}`);

  it('are listed, built-in ones included, page by page', async () => {
    await put('zulu', definition);
    const { body: last } = await put('alpha', definition);
    const { body } = await ledgerdesk.get<Page<Edition>>(`/v1/${path}?waitFor=${last.position}`);
    const ids = body.items.map(({ id }) => id);
    expect(ids).toEqual(['alpha', ...builtIn, 'zulu'].sort());
    expect(Object.values(body.items[0] ?? {})).toContain(subject);
    const first = await ledgerdesk.get<Page<Edition>>(`/v1/${path}?limit=2`);
    const rest = await ledgerdesk.get<Page<Edition>>(`/v1/${path}?cursor=${first.body.nextCursor ?? ''}`);
    expect([...first.body.items, ...rest.body.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('keep every version readable', async () => {
    expect((await put('kept', definition)).status).toBe(201);
    expect((await put('kept', { ...definition, displayName: 'Second' })).status).toBe(200);
    expect((await get('kept')).body).toMatchObject({ version: 2, displayName: 'Second', inForce: true });
    expect((await get('kept?version=1')).body).toMatchObject({
      version: 1,
      displayName: definition.displayName,
      inForce: false,
    });
    const { body } = await ledgerdesk.get<Page<Edition>>(`/v1/${path}/kept/versions`);
    expect(body.items.map(({ version, inForce }) => [version, inForce])).toEqual([
      [2, true],
      [1, false],
    ]);
    const older = await ledgerdesk.get<Page<Edition>>(`/v1/${path}/kept/versions?limit=1`);
    const next = await ledgerdesk.get<Page<Edition>>(`/v1/${path}/kept/versions?cursor=${older.body.nextCursor ?? ''}`);
    expect(next.body).toMatchObject({ items: [{ version: 1 }], nextCursor: null });
  });

  it('say what there is not', async () => {
    await put('kept', definition);
    for (const address of ['unheard-of', 'kept?version=99', 'unheard-of/versions'])
      expect((await get(address)).status).toBe(404);
    for (const query of ['version=0', 'version=x', 'version=1&version=2', 'colour=red'])
      expect((await get(`kept?${query}`)).status).toBe(422);
  });

  it('are changed only as they were read', async () => {
    await put('guarded', definition);
    const etag = (await get('guarded')).headers.get('etag') ?? '';
    expect((await put('guarded', definition, { 'if-match': etag })).status).toBe(200);
    expect((await put('guarded', definition, { 'if-match': etag })).status).toBe(412);
  });

  it('answer a repeated publication with the version that it made', async () => {
    const key = { 'idempotency-key': `publish-${path}` };
    const first = await put('repeated', { ...definition, displayName: 'First' }, key);
    await put('repeated', definition);
    const again = await put('repeated', { ...definition, displayName: 'First' }, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await get('repeated')).body.version).toBe(2);
  });

  it('may take effect later, never earlier', async () => {
    const effectiveFrom = inAnHour();
    await put('scheduled', definition);
    const { body } = await put('scheduled', { ...definition, displayName: 'Next', effectiveFrom });
    expect(body).toMatchObject({ version: 2, effectiveFrom });
    expect((await get('scheduled?version=1')).body.inForce).toBe(true);
    expect((await get('scheduled?version=2')).body.inForce).toBe(false);
    const past = await put('scheduled', { ...definition, effectiveFrom: '2020-01-01T00:00:00Z' });
    expect(past.status).toBe(422);
    expect((past.body as unknown as ProblemView).errors).toMatchObject([
      { pointer: '#/effectiveFrom', code: 'in-the-past' },
    ]);
    const none = await put('scheduled', { ...definition, effectiveFrom: 'tomorrow' });
    expect((none.body as unknown as ProblemView).errors).toMatchObject([{ pointer: '#/effectiveFrom' }]);
  });
});

describe('a promise', () => {
  it('is made under the versions in force, and stays under them (R10, G10)', async () => {
    await putCalendar('pinned', CALENDAR);
    await putPolicy('pinned', { ...POLICY, rules: [{ ...RULE, calendarId: 'pinned' }] });
    const { body: before } = await file('pinned');
    await putCalendar('pinned', { ...CALENDAR, week: { '1': [['09:00', '09:01']] } });
    await putPolicy('pinned', { ...POLICY, rules: [{ ...RULE, calendarId: 'pinned', budget: 'PT1M' }] });
    const { body: changed } = await ledgerdesk.post<RequestView>(`/v1/service-requests/${before.id}/severity`, {
      impact: 'minimal',
      reason: 'Only one mailbox',
    });
    expect(changed.obligations).toMatchObject([
      {
        policy: { id: 'pinned', version: 1 },
        calendar: { id: 'pinned', version: 1 },
        serviceLevelAgreement: before.obligations[0]?.serviceLevelAgreement,
      },
    ]);
    expect((await file('pinned')).body.obligations).toMatchObject([
      { policy: { version: 2 }, calendar: { version: 2 }, serviceLevelAgreement: { slaMinutes: 1 } },
    ]);
  });

  it('is not made under a version before its time', async () => {
    await putPolicy('next-year', POLICY);
    await putPolicy('next-year', { ...POLICY, rules: [{ ...RULE, budget: 'PT2H' }], effectiveFrom: inAnHour() });
    expect((await file('next-year')).body.obligations).toMatchObject([{ policy: { version: 1 } }]);
    await putPolicy('not-yet', { ...POLICY, effectiveFrom: inAnHour() });
    const { status, body } = await file('not-yet');
    expect(status).toBe(422);
    expect((body as unknown as ProblemView).errors).toMatchObject([{ pointer: '#/policyId', code: 'not-in-force' }]);
  });

  it('is made by the first rule that fits, whatever it looks at', async () => {
    const conditions = [
      { impact: 'minimal' },
      { incidentType: 'nonBreakFix' },
      { language: 'ko' },
      { issueClass: 'billing' },
      { product: 'mail' },
      { customerId: 'contoso' },
    ];
    const rules = conditions.map((when, index) => ({ ...RULE, when, budget: `PT${index + 1}M` }));
    await putPolicy('first-fit', { ...POLICY, rules });
    const fits: readonly [object, number][] = [
      [{ impact: 'minimal', product: 'mail' }, 1],
      [{ incidentType: 'nonBreakFix', preferredSupportLanguage: 'ko' }, 2],
      [{ preferredSupportLanguage: 'ko-KR', issueClass: 'billing' }, 3],
      [{ issueClass: 'billing', product: 'mail' }, 4],
      [{ product: 'mail' }, 5],
      [{}, 6],
    ];
    for (const [facts, slaMinutes] of fits)
      expect((await file('first-fit', facts)).body.obligations).toMatchObject([
        { serviceLevelAgreement: { slaMinutes } },
      ]);
  });

  it.each([
    ['en', 'breakFix', 'always'],
    ['ko-KR', 'breakFix', 'business-hours-ko'],
    ['de', 'breakFix', 'business-hours'],
    ['en', 'nonBreakFix', 'business-hours'],
    ['ko', 'nonBreakFix', 'business-hours-ko'],
  ])('of the programme in %s for %s counts on %s (REQ-59..61)', async (language, incidentType, calendar) => {
    const { body } = await file('program', { preferredSupportLanguage: language, incidentType });
    expect(body.obligations).toMatchObject([{ policy: { id: 'program' }, calendar: { id: calendar, version: 1 } }]);
  });
});

describe('a policy whose rules were not meant so', () => {
  const rules = [
    { ...RULE, when: { impact: 'critical' } },
    { ...RULE, when: { impact: 'critical', language: 'de' } },
    { ...RULE, when: { impact: 'moderate', incidentType: 'breakFix' } },
  ];
  const findings = [
    { code: 'never-matches', pointer: '#/rules/1', coveredBy: [0] },
    { code: 'not-covered', when: { impact: 'moderate', incidentType: 'nonBreakFix' } },
    { code: 'not-covered', when: { impact: 'minimal', incidentType: 'breakFix' } },
    { code: 'not-covered', when: { impact: 'minimal', incidentType: 'nonBreakFix' } },
  ];

  it('is told so by a check that publishes nothing', async () => {
    const { status, body } = await ledgerdesk.post('/v1/sla/policies/check', { ...POLICY, rules });
    expect(status).toBe(200);
    expect(body).toMatchObject({ findings });
    expect((await ledgerdesk.get('/v1/sla/policies/check')).status).toBe(404);
  });

  it('is told so when it is published, which is allowed', async () => {
    const { status, body } = await putPolicy<Record<string, unknown>>('gaps', { ...POLICY, rules });
    expect(status).toBe(201);
    expect(body).toMatchObject({ findings });
    expect((await putPolicy<Record<string, unknown>>('no-gaps', POLICY)).body['findings']).toEqual([]);
  });

  it('is refused by the check as by the publication', async () => {
    const wrong = {
      ...POLICY,
      rules: [
        { ...RULE, budget: 'PT0S' },
        { ...RULE, calendarId: 'unheard-of' },
      ],
    };
    const [check, put] = [
      await ledgerdesk.post<ProblemView>('/v1/sla/policies/check', wrong),
      await putPolicy<ProblemView>('wrong', wrong),
    ];
    expect(check.status).toBe(422);
    expect(check.body.errors).toEqual(put.body.errors);
  });
});

describe('a wrong calendar', () => {
  it.each<[string, object, string, string]>([
    [
      'windows overlap',
      {
        week: {
          '1': [
            ['09:00', '12:00'],
            ['11:00', '13:00'],
          ],
        },
      },
      '#/week/1/1',
      'overlapping-windows',
    ],
    [
      'a night reaches into the next day',
      { week: { '1': [['22:00', '06:00']], '2': [['05:00', '09:00']] } },
      '#/week/2/0',
      'overlapping-windows',
    ],
    ['a window is empty', { week: { '1': [['09:00', '09:00']] } }, '#/week/1/0', 'empty-window'],
    ['a time is none', { week: { '1': [['25:00', '26:00']] } }, '#/week/1/0/0', 'invalid-time'],
    ['a zone is none', { timeZone: 'Mars/Olympus' }, '#/timeZone', 'unknown-time-zone'],
    ['a week is empty', { week: {} }, '#/week', 'never-open'],
    ['no day has a window', { week: { '1': [], '7': [] } }, '#/week', 'never-open'],
    ['a weekday is none', { week: { '8': [['09:00', '17:00']] } }, '#/week/8', 'unknown-weekday'],
    ['a holiday is none', { holidays: ['2026-02-30'] }, '#/holidays/0', 'invalid-date'],
    ['an override is none', { overrides: { someday: [] } }, '#/overrides/someday', 'invalid-date'],
  ])('is refused at its field when %s', async (_, changes, pointer, code) => {
    const { status, body } = await putCalendar<ProblemView>('wrong', { ...CALENDAR, ...changes });
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
    expect((await ledgerdesk.get('/v1/calendars/wrong')).status).toBe(404);
  });

  it('is told everything at once', async () => {
    const { body } = await putCalendar<ProblemView>('wrong', {
      displayName: '',
      timeZone: 'Mars/Olympus',
      week: { '1': [['25:00', '09:00']] },
      holidays: ['someday'],
      effectiveFrom: 'tomorrow',
      colour: 'red',
    });
    expect(new Set(body.errors?.map(({ pointer }) => pointer))).toEqual(
      new Set(['#/displayName', '#/timeZone', '#/week/1/0/0', '#/holidays/0', '#/effectiveFrom', '#/colour']),
    );
  });

  it('may be open by overrides alone, and have 10,000 holidays', async () => {
    const day = (offset: number) => new Date(Date.UTC(1990, 0, 1 + offset)).toISOString().slice(0, 10);
    const holidays = Array.from({ length: 10_000 }, (_, offset) => day(offset));
    const once = { ...CALENDAR, week: {}, overrides: { '2026-12-24': [['09:00', '12:00']] } };
    expect((await putCalendar('once', once)).status).toBe(201);
    expect((await putCalendar('festive', { ...CALENDAR, holidays })).status).toBe(201);
    await putPolicy('festive', { ...POLICY, rules: [{ ...RULE, calendarId: 'festive' }] });
    expect((await file('festive')).status).toBe(201);
  });

  it('is refused with 100,000 holidays, or with 20,001 that fit into a body', async () => {
    const dates = (count: number) => Array.from({ length: count }, () => '2026-12-25');
    expect((await putCalendar('festive', { ...CALENDAR, holidays: dates(100_000) })).status).toBe(413);
    const { status, body } = await putCalendar<ProblemView>('festive', { ...CALENDAR, holidays: dates(20_001) });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '#/holidays', code: 'too-many' }]);
  });
});

describe('a wrong rule', () => {
  beforeAll(() => putCalendar('rare', { ...CALENDAR, week: {}, overrides: { '2030-01-01': [['09:00', '09:30']] } }));

  it.each<[object, string, string]>([
    [{ budget: 'PT0S' }, '#/rules/0/budget', 'duration'],
    [{ budget: '-PT1H' }, '#/rules/0/budget', 'duration'],
    [{ budget: 3600 }, '#/rules/0/budget', 'duration'],
    [{ budget: 'PT999999999H' }, '#/rules/0/budget', 'unreachable'],
    [{ budget: 'PT1H', calendarId: 'rare' }, '#/rules/0/budget', 'unreachable'],
    [{ calendarId: 'unheard-of' }, '#/rules/0/calendarId', 'unknown-calendar'],
    [{ calendarId: '../always' }, '#/rules/0/calendarId', 'id'],
    [{ when: { impact: 'A' } }, '#/rules/0/when/impact', 'is-in'],
    [{ when: { colour: 'red' } }, '#/rules/0/when/colour', 'unknown-field'],
  ])('is refused at its field: %p (R13)', async (changes, pointer, code) => {
    const { status, body } = await putPolicy<ProblemView>('wrong', { ...POLICY, rules: [{ ...RULE, ...changes }] });
    expect(status).toBe(422);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('is told with every other one at once', async () => {
    const { body } = await putPolicy<ProblemView>('wrong', {
      ...POLICY,
      rules: [
        { ...RULE, budget: 'soon' },
        { ...RULE, when: { impact: 'A' } },
      ],
      escalation: [{ after: 'later', to: 'manager' }],
      effectiveFrom: 'tomorrow',
    });
    expect(body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '#/effectiveFrom',
      '#/escalation/0/after',
      '#/rules/0/budget',
      '#/rules/1/when/impact',
    ]);
  });

  it('is found among 200', async () => {
    const rules = Array.from({ length: 200 }, (_, index) => ({
      when: { product: `p${index % 13}`, customerId: `c${index % 17}`, language: index % 2 === 0 ? 'en' : 'ko' },
      budget: 'PT999999999H',
      calendarId: 'business-hours',
    }));
    const { status, body } = await putPolicy<ProblemView>('wrong', { ...POLICY, rules });
    expect(status).toBe(422);
    expect(body.errors).toHaveLength(200);
    const met = rules.map((rule) => ({ ...rule, budget: 'PT1H' }));
    expect((await putPolicy('wide', { ...POLICY, rules: met })).status).toBe(201);
  });
});

it('shows what is built in as never published, in the list and alone', async () => {
  const never = { publishedAt: null, effectiveFrom: null, builtIn: true };
  expect((await ledgerdesk.get('/v1/calendars/always')).body).toMatchObject({ ...never, inForce: true });
  const versions = await ledgerdesk.get<Page<object>>('/v1/sla/policies/program/versions');
  expect(versions.body.items).toMatchObject([{ ...never, version: 1 }]);
});

it('keeps a calendar from closing on the policies that promise something on it (R13)', async () => {
  await putCalendar('counter', CALENDAR);
  const rules = [{ ...RULE, budget: 'PT8H', calendarId: 'counter' }];
  const { position } = (await putPolicy('counted', { ...POLICY, rules })).body;
  await ledgerdesk.get(`/v1/sla/policies?waitFor=${position}`);
  const year = new Date().getUTCFullYear() + 1;
  const once = { ...CALENDAR, week: {}, overrides: { [`${year}-01-05`]: [['09:00', '10:00']] } };
  const { status, body } = await putCalendar<ProblemView>('counter', once);
  expect([status, body.errors]).toMatchObject([422, [{ pointer: '#/week', code: 'unreachable' }]]);
  expect(body.errors?.[0]?.detail).toContain('The policy counted');
});

it('tells that a version which was planned before will end a new one', async () => {
  const effectiveFrom = inAnHour();
  await putCalendar('planned', CALENDAR);
  await putCalendar('planned', { ...CALENDAR, displayName: 'Planned', effectiveFrom });
  const { body } = await putCalendar<{ findings: object[] }>('planned', { ...CALENDAR, displayName: 'Now' });
  expect(body.findings).toMatchObject([{ code: 'planned-version', pointer: '#/effectiveFrom' }]);
});
