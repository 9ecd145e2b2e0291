import { items } from '#client';
import { eventually, type KurrentDbStandIn, startKurrentDbStandIn } from '#testing';
import { type Answer, Ledgerdesk } from '../support/ledgerdesk.js';
import type { ProblemView, RequestView } from '../support/views.js';

/** A third each of filings, notes and customers; a hundred take a minute. */
const COMMANDS = 21;

const keyOf = (key: string): Record<string, string> => ({ 'idempotency-key': key });

const file = (ledgerdesk: Ledgerdesk, key?: string) =>
  ledgerdesk.post<RequestView>(
    '/v1/service-requests',
    { customerId: 'contoso', title: 'Mail does not arrive', impact: 'minimal' },
    key === undefined ? {} : keyOf(key),
  );

const typesOf = async (ledgerdesk: Ledgerdesk, id: string): Promise<readonly string[]> => {
  const types: string[] = [];
  const history = items((query) =>
    ledgerdesk.client.GET('/v1/service-requests/{id}/history', { params: { path: { id }, query } }),
  );
  for await (const { type } of history) types.push(type);
  return types;
};

const expectReused = ({ status, body }: Answer): void => {
  expect({ status, type: (body as unknown as ProblemView).type }).toEqual({
    status: 409,
    type: '/problems/idempotency-key-reused',
  });
};

const FILED = ['RequestFiled', 'SeverityAssigned', 'FirstResponseDue'];
const tailspin = { displayName: 'Tailspin', primaryDomain: 'tailspin.example' };

/** Each store with one process on it and, where the store takes several, another one beside it. */
describe.each(['the embedded store', 'a KurrentDB server'])('an idempotency key on %s', (kind) => {
  let server: KurrentDbStandIn | undefined;
  let here: Ledgerdesk;
  let there: Ledgerdesk;

  beforeAll(async () => {
    if (kind === 'the embedded store') {
      here = there = await (await Ledgerdesk.start()).withContoso();
      return;
    }
    server = await startKurrentDbStandIn();
    const environment = { KURRENTDB_URL: process.env['KURRENTDB_URL'] ?? server.url };
    [here, there] = await Promise.all([Ledgerdesk.start(environment), Ledgerdesk.start(environment)]);
    await here.withContoso();
  });
  afterAll(async () => {
    await here.remove();
    if (there !== here) await there.remove();
    await server?.close();
  });

  it('is refused for any other command, wherever it goes, and nothing is recorded (G4)', async () => {
    const [{ id }, { id: otherId }] = [(await file(here)).body, (await file(here)).body];
    const note = (ledgerdesk: Ledgerdesk, of: string) =>
      ledgerdesk.post<RequestView>(`/v1/service-requests/${of}/notes`, { text: 'once' }, keyOf('note'));
    const first = await note(here, id);
    expect(first.status).toBe(201);
    for (const ledgerdesk of [here, there]) {
      expectReused(await ledgerdesk.post(`/v1/service-requests/${id}/responses`, { text: 'once' }, keyOf('note')));
      expectReused(await ledgerdesk.post(`/v1/service-requests/${otherId}/notes`, { text: 'once' }, keyOf('note')));
      expectReused(await ledgerdesk.send('PUT', '/v1/customers/tailspin', tailspin, keyOf('note')));
      expectReused((await file(ledgerdesk, 'note')) as unknown as Answer);
      expectReused(await ledgerdesk.post('/v1/projections/alerts/rebuild', undefined, keyOf('note')));
    }
    expect(await typesOf(here, id)).toEqual([...FILED, 'NoteAdded']);
    expect(await typesOf(here, otherId)).toEqual(FILED);
    expect((await there.get('/v1/customers/tailspin')).status).toBe(404);
    const again = await note(there, id);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is taken by one of two commands that race for it', async () => {
    const [{ id }, { id: otherId }] = [(await file(here)).body, (await file(here)).body];
    for (let round = 0; round < 10; round += 1) {
      const racing = await Promise.all([
        here.post(`/v1/service-requests/${id}/notes`, { text: 'race' }, keyOf(`race-${round}`)),
        there.post(`/v1/service-requests/${otherId}/notes`, { text: 'race' }, keyOf(`race-${round}`)),
      ]);
      expect(racing.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
    const recorded = [...(await typesOf(here, id)), ...(await typesOf(here, otherId))];
    expect(recorded.filter((type) => type === 'NoteAdded')).toHaveLength(10);
  });

  it('gives each command one effect and every copy of it the same answer, ten of each racing', async () => {
    const { id, position } = (await file(here)).body;
    const kinds = [
      (ledgerdesk: Ledgerdesk, key: string) => file(ledgerdesk, key),
      (ledgerdesk: Ledgerdesk, key: string) =>
        ledgerdesk.post(`/v1/service-requests/${id}/notes`, { text: key }, keyOf(key)),
      (ledgerdesk: Ledgerdesk, key: string) =>
        ledgerdesk.send('PUT', `/v1/customers/${key}`, { ...tailspin, displayName: key }, keyOf(key)),
    ];
    const listed = async (query = '') =>
      (await here.get<{ items: readonly object[] }>(`/v1/service-requests?limit=200${query}`)).body.items.length;
    const before = await listed(`&waitFor=${position}`);
    const copies = Array.from({ length: 10 * COMMANDS }, (_, index) => ({
      command: index % COMMANDS,
      at: index % 2 === 0 ? here : there,
    }));
    const answers = await Promise.all(
      copies.map(async ({ command, at }) => ({ command, answer: await kinds[command % 3]?.(at, `copies-${command}`) })),
    );
    for (let command = 0; command < COMMANDS; command += 1) {
      const mine = answers.filter((answer) => answer.command === command);
      expect(mine).toHaveLength(10);
      expect(new Set(mine.map(({ answer }) => `${answer?.status} ${JSON.stringify(answer?.body)}`)).size).toBe(1);
      expect(mine[0]?.answer?.status).toBe(201);
      expect(mine.filter(({ answer }) => answer?.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    }
    expect((await typesOf(here, id)).filter((type) => type === 'NoteAdded')).toHaveLength(COMMANDS / 3);
    await eventually(async () => (await listed()) === before + COMMANDS / 3, { what: 'one request for each filing' });
  });

  it('gives a command that changed nothing the same answer for ever, and never an effect (G4)', async () => {
    const { id } = (await file(here)).body;
    const severity = (ledgerdesk: Ledgerdesk, impact: string, key?: string) =>
      ledgerdesk.post<RequestView>(
        `/v1/service-requests/${id}/severity`,
        { impact, reason: 'as agreed' },
        key === undefined ? {} : keyOf(key),
      );
    const first = await severity(here, 'minimal', 'keep');
    expect(first.status).toBe(200);
    await severity(there, 'critical');
    for (const ledgerdesk of [here, there]) {
      const again = await severity(ledgerdesk, 'minimal', 'keep');
      expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
      expect([again.status, again.headers.get('etag')]).toEqual([200, first.headers.get('etag')]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    }
    expect(await typesOf(here, id)).toEqual([...FILED, 'CommandHadNoEffect', 'SeverityAssigned', 'FirstResponseDue']);
    const closing = await there.post<RequestView>(`/v1/service-requests/${id}/closure`, { reason: 'withdrawn' });
    const late = await severity(here, 'minimal', 'keep');
    expect([late.status, late.body]).toEqual([200, first.body]);
    const view = await there.get<RequestView>(`/v1/service-requests/${id}?waitFor=${closing.body.position}`);
    expect(view.body).toMatchObject({ status: 'closed', severity: { impact: 'critical' } });
  });
});

describe('an idempotency key of a store that is opened again', () => {
  it('is known to the next process', async () => {
    const ledgerdesk = await (await Ledgerdesk.start()).withContoso();
    const first = await file(ledgerdesk, 'filing');
    await ledgerdesk.end('SIGKILL');
    await ledgerdesk.startAgain();
    expectReused(await ledgerdesk.send('PUT', '/v1/customers/tailspin', tailspin, keyOf('filing')));
    expect((await file(ledgerdesk, 'filing')).body).toEqual(first.body);
    await ledgerdesk.remove();
  });
});
