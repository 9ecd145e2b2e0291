import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import type { HistoryItem, Page, ProblemView, RequestView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

const file = (more: object = {}, headers: Record<string, string> = {}) =>
  ledgerdesk.post<RequestView>(
    '/v1/service-requests',
    { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical', ...more },
    headers,
  );

const historyOf = async (id: string): Promise<readonly HistoryItem[]> =>
  (await ledgerdesk.get<{ items: readonly HistoryItem[] }>(`/v1/service-requests/${id}/history`)).body.items;

const minutes = (from: string, to: string | null): number => (Date.parse(to ?? '') - Date.parse(from)) / 60_000;

describe('filing a service request', () => {
  it.each([
    ['critical', 120],
    ['moderate', 240],
    ['minimal', 480],
  ])('promises a first response by impact: %s within %i minutes (REQ-56..58)', async (impact, promised) => {
    const { status, body, headers } = await file({ impact });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/service-requests/${body.id}`);
    expect(headers.get('etag')).toBe(`"${body.revision}"`);
    const [obligation] = body.obligations;
    expect(obligation).toMatchObject({ kind: 'programFirstResponse', cycle: 1, state: 'open' });
    expect(obligation?.serviceLevelAgreement).toMatchObject({ startTime: body.filedAt, slaMinutes: promised });
    expect(minutes(body.filedAt, obligation?.serviceLevelAgreement.expirationTime ?? null)).toBe(promised);
  });

  it('records request, severity and promise as one fact by one command', async () => {
    const { body } = await file();
    const history = await historyOf(body.id);
    expect(history.map(({ type }) => type)).toEqual(['RequestFiled', 'SeverityAssigned', 'FirstResponseDue']);
    expect(new Set(history.map(({ commandId }) => commandId)).size).toBe(1);
    expect(history.map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });

  it('is read by whoever waits for its position, alone and in lists', async () => {
    const { body } = await file({ title: 'Read your writes' });
    const view = await ledgerdesk.get<RequestView>(`/v1/service-requests/${body.id}?waitFor=${body.position}`);
    expect(view.body).toEqual(body);
    const list = await ledgerdesk.get<Page<RequestView>>('/v1/customers/contoso/service-requests?limit=1');
    expect(list.body.items[0]?.id).toBe(body.id);
    const deadlines = await ledgerdesk.get<Page<{ serviceRequestId: string }>>('/v1/deadlines?state=open&limit=200');
    expect(deadlines.body.items.map(({ serviceRequestId }) => serviceRequestId)).toContain(body.id);
  });

  it('refuses an unknown customer and an unknown policy, each at its field', async () => {
    const unknown = await file({ customerId: 'nobody' });
    expect(unknown.status).toBe(422);
    expect((unknown.body as unknown as ProblemView).errors).toMatchObject([
      { pointer: '#/customerId', code: 'unknown-customer' },
    ]);
    const policy = await file({ policyId: 'none' });
    expect((policy.body as unknown as ProblemView).errors).toMatchObject([
      { pointer: '#/policyId', code: 'unknown-policy' },
    ]);
  });
});

describe('the same idempotency key', () => {
  it('files once and answers the same for ever, also after later changes (G4, E53)', async () => {
    const key = { 'idempotency-key': 'filing-1' };
    const first = await file({}, key);
    await ledgerdesk.post(`/v1/service-requests/${first.body.id}/notes`, { text: 'in between' });
    const again = await file({}, key);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await historyOf(first.body.id)).filter(({ type }) => type === 'RequestFiled')).toHaveLength(1);
  });

  it('refuses another body', async () => {
    const key = { 'idempotency-key': 'filing-2' };
    await file({}, key);
    const other = await file({ title: 'Something else' }, key);
    expect(other.status).toBe(409);
    expect((other.body as unknown as ProblemView).type).toMatch(/idempotency-key-reused$/);
  });

  it('has one effect when two copies race', async () => {
    const racing = await Promise.all(Array.from({ length: 20 }, () => file({}, { 'idempotency-key': 'race' })));
    expect(new Set(racing.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await historyOf(racing[0]?.body.id ?? '')).toHaveLength(3);
  });

  it('answers a repeated command on a request with what it led to then', async () => {
    const { body } = await file();
    const note = () =>
      ledgerdesk.post<RequestView>(
        `/v1/service-requests/${body.id}/notes`,
        { text: 'once' },
        { 'idempotency-key': 'note-1' },
      );
    const first = await note();
    await ledgerdesk.post(`/v1/service-requests/${body.id}/resolution`, { summary: 'done' });
    const again = await note();
    expect(again.body).toEqual(first.body);
    expect((await historyOf(body.id)).filter(({ type }) => type === 'NoteAdded')).toHaveLength(1);
  });
});

describe('the life of a request', () => {
  it('keeps its promise when it is answered in time', async () => {
    const { body } = await file();
    const answered = await ledgerdesk.post<RequestView>(`/v1/service-requests/${body.id}/responses`, {
      text: 'We are on it.',
    });
    expect(answered.status).toBe(201);
    expect(answered.body).toMatchObject({ status: 'waitingOnCustomer', obligations: [{ state: 'met' }] });
  });

  it('moves the deadline with the severity, counted from filing (R8, E27)', async () => {
    const { body } = await file({ impact: 'minimal' });
    const changed = await ledgerdesk.post<RequestView>(`/v1/service-requests/${body.id}/severity`, {
      impact: 'critical',
      reason: 'all mail is down',
    });
    expect(changed.status).toBe(200);
    const [obligation] = changed.body.obligations;
    expect(minutes(body.filedAt, obligation?.serviceLevelAgreement.expirationTime ?? null)).toBe(120);
    expect((await historyOf(body.id)).filter(({ type }) => type === 'FirstResponseDue')).toHaveLength(2);
  });

  it('escalates, resolves, closes and reopens, with a next response promised after the first (E40)', async () => {
    const { id } = (await file()).body;
    const at = (path: string) => `/v1/service-requests/${id}/${path}`;
    await ledgerdesk.post(at('responses'), { text: 'Looking.' });
    const escalated = await ledgerdesk.post<RequestView>(at('escalations'), {
      target: 'vendor',
      reason: 'A bug in the service',
      vehicle: 'PSfP',
      criterion: 'bugOrIrregularity',
    });
    expect(escalated.body).toMatchObject({
      status: 'escalated',
      escalations: [{ reason: 'vendor', to: 'vendor', vehicle: 'PSfP' }],
    });
    expect((await ledgerdesk.post<RequestView>(at('resolution'), { summary: 'Fixed by the vendor' })).body.status).toBe(
      'resolved',
    );
    expect((await ledgerdesk.post<RequestView>(at('closure'), { reason: 'Customer agrees' })).body.status).toBe(
      'closed',
    );
    const reopened = await ledgerdesk.post<RequestView>(at('reopenings'), { reason: 'It is back' });
    expect(reopened.status).toBe(201);
    expect(reopened.body).toMatchObject({
      status: 'waitingOnPartner',
      obligations: [
        { kind: 'programFirstResponse', state: 'met' },
        { kind: 'nextResponse', cycle: 1, state: 'open' },
      ],
    });
  });

  it('refuses what its state forbids with 409, and says what it is', async () => {
    const { id } = (await file()).body;
    const early = await ledgerdesk.post<ProblemView>(`/v1/service-requests/${id}/reopenings`, { reason: 'why not' });
    expect(early).toMatchObject({ status: 409, body: { type: '/problems/service-request-open' } });
    await ledgerdesk.post(`/v1/service-requests/${id}/closure`, { reason: 'duplicate' });
    const late = await ledgerdesk.post<ProblemView>(`/v1/service-requests/${id}/responses`, { text: 'hello?' });
    expect(late).toMatchObject({ status: 409, body: { type: '/problems/service-request-settled' } });
  });

  it('takes a command under If-Match only at that revision (G5)', async () => {
    const { id, revision } = (await file()).body;
    const path = `/v1/service-requests/${id}/notes`;
    expect((await ledgerdesk.post(path, { text: 'first' }, { 'if-match': `"${revision}"` })).status).toBe(201);
    const stale = await ledgerdesk.post(path, { text: 'second' }, { 'if-match': `"${revision}"` });
    expect(stale.status).toBe(412);
    expect(stale.headers.get('etag')).toBe(`"${revision + 1}"`);
    expect(await historyOf(id)).toHaveLength(4);
  });

  it('loses no update when many write at once (G5)', async () => {
    const { id } = (await file()).body;
    const notes = await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        ledgerdesk.post(`/v1/service-requests/${id}/notes`, { text: `note ${index}` }),
      ),
    );
    expect(notes.map(({ status }) => status)).toEqual(notes.map(() => 201));
    expect((await historyOf(id)).filter(({ type }) => type === 'NoteAdded')).toHaveLength(25);
  });

  it('shows the view as it was recorded at an instant', async () => {
    const { body } = await file();
    const [, , promised] = await historyOf(body.id);
    await ledgerdesk.post(`/v1/service-requests/${body.id}/closure`, { reason: 'later' });
    const then = await ledgerdesk.get<RequestView>(
      `/v1/service-requests/${body.id}/history?asOf=${promised?.recordedAt}`,
    );
    expect(then.body).toEqual(body);
    const before = await ledgerdesk.get(`/v1/service-requests/${body.id}/history?asOf=2020-01-01T00:00:00Z`);
    expect(before.status).toBe(404);
  });
});

describe('lists', () => {
  it('are walked page by page to the end, each item once', async () => {
    await ledgerdesk.send('PUT', '/v1/customers/paged', { displayName: 'Paged', primaryDomain: 'paged.example' });
    const filed = await Promise.all(Array.from({ length: 7 }, () => file({ customerId: 'paged' })));
    const last = filed.map(({ body }) => Number(body.position)).sort((a, b) => b - a)[0];
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; page < 4 && cursor !== null; page += 1) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body }: { body: Page<RequestView> } = await ledgerdesk.get(
        `/v1/service-requests?customerId=paged&limit=3&waitFor=${last}${next}`,
      );
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(cursor).toBeNull();
    expect([...seen].sort()).toEqual(filed.map(({ body }) => body.id).sort());
  });
});

describe('the number of a request', () => {
  it('finds it, however it is written, and nothing else', async () => {
    const { body } = await file();
    const found = async (number: string) =>
      (await ledgerdesk.get<Page<RequestView>>(`/v1/service-requests?number=${number}&waitFor=${body.position}`)).body;
    expect((await found(body.number)).items).toEqual([body]);
    expect((await found(body.number.toLowerCase())).items).toEqual([body]);
    expect((await found('SR-261121-00000000')).items).toEqual([]);
  });

  it('is no id, but says where it leads', async () => {
    const { number } = (await file()).body;
    for (const path of ['', '/history']) {
      const { status, body } = await ledgerdesk.get<ProblemView>(`/v1/service-requests/${number}${path}`);
      expect([status, body.detail]).toEqual([404, expect.stringContaining(`/v1/service-requests?number=${number}`)]);
    }
  });
});

describe('read models', () => {
  it('are rebuilt beside the serving ones to the same rows (G6)', async () => {
    const before = await ledgerdesk.get<Page<RequestView>>('/v1/service-requests?limit=200');
    const { status, body } = await ledgerdesk.post<{ position: string }>(
      '/v1/projections/service-requests/rebuild',
      undefined,
    );
    expect(status).toBe(202);
    await ledgerdesk.get(`/v1/service-requests?waitFor=${body.position}`);
    const after = await ledgerdesk.get<Page<RequestView>>('/v1/service-requests?limit=200');
    expect(after.body).toEqual(before.body);
    const projections = await ledgerdesk.get<Page<{ name: string; lagEvents: number }>>('/v1/projections');
    expect(projections.body.items).toMatchObject([
      { name: 'alerts' },
      { name: 'service-levels' },
      { name: 'service-requests' },
    ]);
  });
});

it('shows a long history page by page, each event once', async () => {
  const { body } = await file({ title: 'Long' });
  for (const text of ['One', 'Two', 'Three', 'Four'])
    await ledgerdesk.post(`/v1/service-requests/${body.id}/notes`, { text });
  const whole = await historyOf(body.id);
  const address = `/v1/service-requests/${body.id}/history?limit=3`;
  const first = await ledgerdesk.get<Page<HistoryItem>>(address);
  const second = await ledgerdesk.get<Page<HistoryItem>>(`${address}&cursor=${first.body.nextCursor ?? ''}`);
  const third = await ledgerdesk.get<Page<HistoryItem>>(`${address}&cursor=${second.body.nextCursor ?? ''}`);
  expect([first, second, third].flatMap((page) => page.body.items)).toEqual(whole);
  expect(third.body.nextCursor).toBeNull();
  const invented = Buffer.from('["x","y"]').toString('base64url');
  expect((await ledgerdesk.get(`${address}&cursor=${invented}`)).status).toBe(422);
});

it('shows the view as of an instant also where the clock was set back between two events', async () => {
  const service = await (await Ledgerdesk.start()).withContoso();
  const filing = { customerId: 'contoso', title: 'Clocks', impact: 'minimal' };
  const { id } = (await service.post<RequestView>('/v1/service-requests', filing)).body;
  await service.post(`/v1/service-requests/${id}/notes`, { text: 'An hour earlier, by the clock' });
  await service.end();
  const [noted, later] = ['2026-01-01T08:00:00.000Z', '2026-01-01T09:00:00.000Z'];
  const database = new DatabaseSync(join(service.folder, 'data', 'events.db'));
  const stamp = database.prepare(
    "UPDATE events SET recorded_at = CASE type WHEN 'NoteAdded' THEN ? ELSE ? END WHERE stream = (SELECT id FROM streams WHERE name LIKE ?)",
  );
  stamp.run(noted, later, `%${id}`);
  database.close();
  await service.startAgain();
  const asOf = (instant: string) => service.get<RequestView>(`/v1/service-requests/${id}/history?asOf=${instant}`);
  for (const instant of [noted, later])
    expect(await asOf(instant)).toMatchObject({ status: 200, body: { revision: 3 } });
  expect((await asOf('2026-01-01T07:59:59.999Z')).status).toBe(404);
  await service.remove();
});

describe('registering a customer', () => {
  const put = (id: string, displayName: string, headers?: Record<string, string>) =>
    ledgerdesk.send('PUT', `/v1/customers/${id}`, { displayName, primaryDomain: 'fabrikam.example' }, headers);

  it('is 201 when this very command made it, and 200 when it only found it', async () => {
    const key = { 'idempotency-key': 'register-fabrikam' };
    expect((await put('fabrikam', 'Fabrikam', key)).status).toBe(201);
    expect((await put('fabrikam', 'Fabrikam')).status).toBe(200);
    expect((await put('fabrikam', 'Fabrikam', key)).status).toBe(201);
    expect((await put('fabrikam', 'Fabrikam Ltd')).status).toBe(200);
  });

  it('needs one that exists for If-Match: *', async () => {
    expect((await put('absent', 'Absent', { 'if-match': '*' })).status).toBe(412);
    expect((await ledgerdesk.get('/v1/customers/absent')).status).toBe(404);
    expect((await put('contoso', 'Contoso', { 'if-match': '*' })).status).toBe(200);
  });
});
