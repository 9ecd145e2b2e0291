import { instantFromMs, instantToMs, systemClock } from '#kernel';
import { eventually, type KurrentDbStandIn, startKurrentDbStandIn } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import { EventReader } from '../support/sse.js';
import type { Page, ProblemView } from '../support/views.js';

interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly prefix: string | null;
  readonly issuedAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly replacedBy: string | null;
  readonly key: string | null;
  readonly lastUsedAt?: string | null;
  readonly revision: number;
}

const bearer = (key: string | null): Record<string, string> => ({ authorization: `Bearer ${key ?? ''}` });
const nowMs = (): number => instantToMs(systemClock.now());

const issue = async (on: Ledgerdesk, role: string, rest: object = {}, headers: Record<string, string> = {}) =>
  (await on.post<KeyView>('/v1/api-keys', { name: `A ${role}`, role, ...rest }, headers)).body;
const tryKey = (on: Ledgerdesk, key: string | null) =>
  on.send<ProblemView>('GET', '/v1/service-requests', undefined, bearer(key));
const statusOf = async (on: Ledgerdesk, key: string | null): Promise<number> => (await tryKey(on, key)).status;
const revoke = (on: Ledgerdesk, { id }: KeyView, headers: Record<string, string> = {}) =>
  on.post<KeyView & ProblemView>(`/v1/api-keys/${id}/revocation`, { reason: 'It stood in a log.' }, headers);

describe('API keys', () => {
  let ledgerdesk: Ledgerdesk;

  beforeAll(async () => {
    ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  });
  afterAll(() => ledgerdesk.remove());

  it('are shown once, work at once, and say in lists which one they are', async () => {
    const answer = await ledgerdesk.post<KeyView>('/v1/api-keys', { name: 'Portal', role: 'service' });
    const { key, id, prefix } = answer.body;
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/v1/api-keys/${id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(key).toMatch(/^ldk_[0-9a-f]{8}_[\w-]{32}$/);
    expect(key?.startsWith(`${prefix ?? '?'}_`)).toBe(true);
    expect(await statusOf(ledgerdesk, key)).toBe(200);
    const list = await ledgerdesk.get<Page<KeyView>>('/v1/api-keys');
    expect(list.body.items.find((item) => item.id === id)).toEqual({
      id,
      name: 'Portal',
      role: 'service',
      prefix,
      issuedAt: answer.body.issuedAt,
      expiresAt: null,
      revokedAt: null,
      replacedBy: null,
      lastUsedAt: null,
    });
    expect(JSON.stringify(list.body)).not.toContain(key);
    expect((await ledgerdesk.get<KeyView>(`/v1/api-keys/${id}`)).body.prefix).toBe(prefix);
  });

  it('tell when they were last used, after a restart too', async () => {
    const key = await issue(ledgerdesk, 'operator');
    expect(await statusOf(ledgerdesk, key.key)).toBe(200);
    await ledgerdesk.end();
    await ledgerdesk.startAgain();
    const { body } = await ledgerdesk.get<KeyView>(`/v1/api-keys/${key.id}`);
    expect(Date.parse(body.lastUsedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(key.issuedAt));
  });

  it('are made once by one idempotency key, and the repeat cannot show the key again (G4)', async () => {
    const once = { 'idempotency-key': 'issue-once' };
    const first = await issue(ledgerdesk, 'operator', {}, once);
    const again = await ledgerdesk.post<KeyView>('/v1/api-keys', { name: 'A operator', role: 'operator' }, once);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual({ ...first, key: null });
    expect(await statusOf(ledgerdesk, first.key)).toBe(200);
  });

  it('do what their role allows, and manage what it manages', async () => {
    const userAdmin = await issue(ledgerdesk, 'userManagementAdmin');
    const asUserAdmin = (role: string) =>
      ledgerdesk.post<KeyView & ProblemView>('/v1/api-keys', { name: 'x', role }, bearer(userAdmin.key));
    expect((await asUserAdmin('salesAgent')).status).toBe(201);
    const refused = await asUserAdmin('administrator');
    expect([refused.status, refused.body.type]).toEqual([403, '/problems/role-not-yours-to-give']);
  });

  it('are refused once revoked or expired, in the words for one that is not known', async () => {
    const unknown = await tryKey(ledgerdesk, 'ldk_00000000_neverissuedneverissuedneveriss');
    const revoked = await issue(ledgerdesk, 'service');
    expect(await statusOf(ledgerdesk, revoked.key)).toBe(200);
    expect((await revoke(ledgerdesk, revoked)).body.revokedAt).not.toBeNull();
    expect(await tryKey(ledgerdesk, revoked.key)).toMatchObject({ status: 401, body: unknown.body });
    const expiresAt = instantFromMs(nowMs() + 1_000);
    const expiring = await issue(ledgerdesk, 'service', { expiresAt });
    expect(await statusOf(ledgerdesk, expiring.key)).toBe(200);
    await eventually(async () => (await statusOf(ledgerdesk, expiring.key)) === 401, { what: 'the end of the key' });
    expect(await tryKey(ledgerdesk, expiring.key)).toMatchObject({ status: 401, body: unknown.body });
  });

  it('are followed by a new one, and both work for the overlap', async () => {
    const old = await issue(ledgerdesk, 'dutyManager');
    const rotation = `/v1/api-keys/${old.id}/rotation`;
    const next = await ledgerdesk.post<KeyView>(rotation, { overlap: 'PT1S' });
    expect([next.status, next.body.role, next.body.name]).toEqual([201, 'dutyManager', 'A dutyManager']);
    expect([await statusOf(ledgerdesk, old.key), await statusOf(ledgerdesk, next.body.key)]).toEqual([200, 200]);
    await eventually(async () => (await statusOf(ledgerdesk, old.key)) === 401, { what: 'the end of the overlap' });
    expect(await statusOf(ledgerdesk, next.body.key)).toBe(200);
    const twice = await ledgerdesk.post<ProblemView>(rotation, {});
    expect([twice.status, twice.body.type]).toEqual([409, '/problems/api-key-ended']);
  });

  it('of the last administrator cannot be revoked, not even by itself', async () => {
    const [one, other] = [await issue(ledgerdesk, 'administrator'), await issue(ledgerdesk, 'administrator')];
    expect((await revoke(ledgerdesk, one)).status).toBe(200);
    const last = await revoke(ledgerdesk, other, bearer(other.key));
    expect([last.status, last.body.type]).toEqual([409, '/problems/last-administrator-key']);
    expect(await statusOf(ledgerdesk, other.key)).toBe(200);
  });

  it.each([
    [{ role: 'service' }, '#/name'],
    [{ name: 'x', role: 'god' }, '#/role'],
    [{ name: 'x', role: 'service', expiresAt: '2020-01-01T00:00:00Z' }, '#/expiresAt'],
    [{ name: 'x', role: 'service', tenantId: 'contoso' }, '#/tenantId'],
  ])('are not issued for %j', async (body, pointer) => {
    const { status, body: problem } = await ledgerdesk.post<ProblemView>('/v1/api-keys', body);
    expect([status, problem.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  it('that end cut off whoever still listens', async () => {
    const key = await issue(ledgerdesk, 'operator');
    const reader = new EventReader(`${ledgerdesk.url}/v1/alerts/stream`, key.key ?? '');
    await reader.connect();
    await revoke(ledgerdesk, key);
    const begun = nowMs();
    await reader.ended;
    expect(nowMs() - begun).toBeLessThan(1_000);
  });

  it('are known again after a restart, the revoked ones as such, and the history holds no key', async () => {
    const [kept, lost] = [await issue(ledgerdesk, 'service'), await issue(ledgerdesk, 'service')];
    await revoke(ledgerdesk, lost);
    await ledgerdesk.end('SIGKILL');
    await ledgerdesk.startAgain();
    expect([await statusOf(ledgerdesk, kept.key), await statusOf(ledgerdesk, lost.key)]).toEqual([200, 401]);
  });
});

describe('a revocation', () => {
  let server: KurrentDbStandIn;
  let here: Ledgerdesk;
  let there: Ledgerdesk;

  beforeAll(async () => {
    server = await startKurrentDbStandIn();
    const environment = { KURRENTDB_URL: process.env['KURRENTDB_URL'] ?? server.url };
    [here, there] = await Promise.all([Ledgerdesk.start(environment), Ledgerdesk.start(environment)]);
  });
  afterAll(async () => {
    await here.remove();
    await there.remove();
    await server.close();
  });

  it('counts in every process within a second, as does a new key', async () => {
    const key = await issue(here, 'service');
    await eventually(async () => (await statusOf(there, key.key)) === 200, {
      what: 'the key to be known',
      timeoutMs: 1_000,
    });
    await revoke(here, key);
    await eventually(async () => (await statusOf(there, key.key)) === 401, {
      what: 'the revocation',
      timeoutMs: 1_000,
    });
    expect(await statusOf(here, key.key)).toBe(401);
  });
});
