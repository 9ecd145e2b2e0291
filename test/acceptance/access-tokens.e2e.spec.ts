import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { AccessTokens, may, ROLES } from '#access';
import { instantToMs, systemClock, type TenantId } from '#kernel';
import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import { OidcIssuer } from '../support/oidc-issuer.js';
import type { Page, ProblemView } from '../support/views.js';

/** The issuer is asked again so soon that a test can wait for it. */
const QUICK = { timeoutMs: 500, coolDownMs: 50 };
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
const nowS = (): number => Math.floor(instantToMs(systemClock.now()) / 1_000);

const get = async (api: ApiInProcess, token: string, url = '/v1/service-requests', method: 'GET' | 'PUT' = 'GET') => {
  const { statusCode, headers, body } = await api.server.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(method === 'PUT' && { payload: { displayName: 'Fabrikam', primaryDomain: 'fabrikam.example' } }),
  });
  return { status: statusCode, headers, body: JSON.parse(body) as ProblemView };
};

const withTokens = (settings: { issuer: string; audience: string }, limits: object = QUICK) =>
  apiInProcess(
    ['default'],
    undefined,
    (keys) => new AccessTokens(settings, systemClock, (id) => keys.index.isRegistered(id), limits),
  );

describe('access tokens of a real issuer', () => {
  let issuer: OidcIssuer;
  let api: ApiInProcess;

  beforeAll(async () => {
    const clients = [
      ...ROLES.map((role) => `${role}.default`),
      'operator.contoso',
      'operator.nobody',
      'operator',
      'god.default',
    ];
    issuer = await OidcIssuer.start(clients);
    api = await withTokens(issuer.settings);
  });
  afterAll(async () => {
    await api.close();
    await issuer.stop();
  });

  it('let in whom the matrix allows, whatever the role', async () => {
    for (const role of ROLES) {
      const token = await issuer.token(`${role}.default`);
      const allowed = may('reports.read', 'default' as TenantId, role);
      expect([role, (await get(api, token, '/v1/reports/attainment')).status]).toEqual([role, allowed ? 200 : 403]);
    }
  });

  it('stamp who acted on what is recorded', async () => {
    const answer = await get(api, await issuer.token('dutyManager.default'), '/v1/customers/fabrikam', 'PUT');
    expect(answer.status).toBe(201);
    const [event] = await api.events.readStream('customer-default.fabrikam');
    const { host } = new URL(issuer.settings.issuer);
    expect(event?.meta.actor).toEqual({ id: `oidc:${host}:dutyManager.default`, role: 'dutyManager', kind: 'person' });
  });

  it.each([
    ['operator.nobody', 'tenant-unknown'],
    ['operator', 'tenant-unknown'],
    ['god.default', 'role-unknown'],
  ])('of %s are refused with what is missing', async (client, code) => {
    const { status, body } = await get(api, await issuer.token(client));
    expect([status, body.type]).toEqual([403, `/problems/${code}`]);
  });

  it('of a tenant open what is its own, until it is suspended', async () => {
    const token = await issuer.token('operator.contoso');
    const manage = (method: 'PUT' | 'POST', path: string, payload: object) =>
      api.server.inject({
        method,
        url: `/v1/tenants/contoso${path}`,
        headers: { authorization: `Bearer ${keyOf('administrator')}` },
        payload,
      });
    expect((await get(api, token)).body.type).toBe('/problems/tenant-unknown');
    expect((await manage('PUT', '', { displayName: 'Contoso' })).statusCode).toBe(201);
    expect((await get(api, token)).status).toBe(200);
    expect((await manage('POST', '/suspension', { reason: 'Unpaid.' })).statusCode).toBe(200);
    expect((await get(api, token)).body.type).toBe('/problems/tenant-suspended');
  });

  it('for another audience are refused', async () => {
    const { status, headers, body } = await get(api, await issuer.token('operator.default', 'urn:another'));
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="ledgerdesk", error="invalid_token"']);
    expect(body.detail).toContain('its claim aud does not fit');
  });

  it('are taken after its keys change, and those of the old key no more once its keys were read again', async () => {
    const old = await issuer.token('operator.default');
    await issuer.rotateTo('ES256');
    const next = await issuer.token('operator.default');
    await eventually(async () => (await get(api, next)).status === 200, { what: 'the new key to be known' });
    expect((await get(api, old)).status).toBe(401);
  });

  it('are taken from kept keys while the issuer hangs; API keys too', async () => {
    const token = await issuer.token('operator.default');
    await issuer.hang(true);
    expect((await get(api, token)).status).toBe(200);
    expect((await get(api, keyOf('operator'))).status).toBe(200);
    await issuer.hang(false);
  });

  it('are answered with 503 in time while an issuer hangs whose keys are not known yet, and with 200 afterwards', async () => {
    const token = await issuer.token('operator.default');
    const fresh = await withTokens(issuer.settings);
    await issuer.hang(true);
    const begun = performance.now();
    const refused = await get(fresh, token);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(refused.body.type).toBe('/problems/issuer-unavailable');
    expect((await get(fresh, keyOf('operator'))).status).toBe(200);
    await issuer.hang(false);
    await eventually(async () => (await get(fresh, token)).status === 200, { what: 'the issuer to be asked again' });
    await fresh.close();
  });
});

describe('forged access tokens', () => {
  const audience = 'urn:desk';
  let server: Server;
  let issuer: string;
  let api: ApiInProcess;
  let keys: { readonly rsa: KeyPair; readonly other: KeyPair };
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  let asked = 0;

  const claims = (changes: JWTPayload = {}): JWTPayload => ({
    iss: issuer,
    aud: audience,
    sub: 'mallory',
    exp: nowS() + 60,
    ledgerdesk_tenant: 'default',
    ledgerdesk_role: 'administrator',
    ...changes,
  });
  const without = (claim: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== claim));
  const signed = (
    payload: JWTPayload,
    key: KeyPair['privateKey'] | Uint8Array = keys.rsa.privateKey,
    alg = 'RS256',
    kid = 'one',
  ) => new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key);

  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  /** As no library of the issuer's would sign it. */
  const signedAs = (text: string) =>
    new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(keys.rsa.privateKey);
  const signedWeakly = (): string => {
    const text = `${encoded({ alg: 'RS256', kid: 'short' })}.${encoded(claims())}`;
    return `${text}.${sign('sha256', Buffer.from(text), short.privateKey).toString('base64url')}`;
  };

  beforeAll(async () => {
    keys = { rsa: await generateKeyPair('RS256', { extractable: true }), other: await generateKeyPair('RS256') };
    const jwk = { ...(await exportJWK(keys.rsa.publicKey)), kid: 'one', alg: 'RS256' };
    const shortJwk = { ...short.publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256' };
    server = createServer(({ url }, response) => {
      asked += 1;
      const isKeys = url === '/jwks';
      response.end(JSON.stringify(isKeys ? { keys: [jwk, shortJwk] } : { issuer, jwks_uri: `${issuer}/jwks` }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    api = await withTokens({ issuer, audience }, { ...QUICK, coolDownMs: 60_000 });
  });
  afterAll(async () => {
    await api.close();
    server.close();
  });

  it('are told from a good one', async () => {
    expect((await get(api, await signed(claims()))).status).toBe(200);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['signed by another key', () => signed(claims(), keys.other.privateKey)],
    ['not signed at all', () => new UnsecuredJWT(claims()).encode()],
    [
      'signed with the public key as if it were a shared secret',
      async () => signed(claims(), new TextEncoder().encode(await exportSPKI(keys.rsa.publicKey)), 'HS256'),
    ],
    ['of a key that nobody published', () => signed(claims(), keys.other.privateKey, 'RS256', 'two')],
    ['that ended 31 seconds ago', () => signed(claims({ exp: nowS() - 31 }))],
    ['that begin in a minute', () => signed(claims({ nbf: nowS() + 60 }))],
    ['that never end', () => signed(without('exp'))],
    ['of nobody', () => signed(without('sub'))],
    ['of somebody with a line break', () => signed(claims({ sub: 'a\nb' }))],
    ['of a number', () => signedAs(JSON.stringify({ ...claims(), sub: 5 }))],
    ['of another issuer', () => signed(claims({ iss: 'https://id.example' }))],
    ['whose claims were changed', async () => changed(await signed(claims({ ledgerdesk_role: 'auditor' })))],
    ['signed with a key that is too short', signedWeakly],
    ['of garbage', () => 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA'],
  ])('%s are refused', async (_, make) => {
    const { status, body } = await get(api, await make());
    expect([status, body.type]).toEqual([401, '/problems/unauthenticated']);
  });

  it.each(['1e400', '8640000000001', '253402300800'])('that end at %s s are good ones', async (exp) => {
    const token = await signedAs(JSON.stringify(claims()).replace(/"exp":\d+/, `"exp":${exp}`));
    expect((await get(api, token)).status).toBe(200);
  });

  it('cannot make us ask the issuer again and again', async () => {
    const before = asked;
    for (let n = 0; n < 20; n += 1) await get(api, await signed(claims(), keys.other.privateKey, 'RS256', `kid-${n}`));
    expect(asked).toBe(before);
  });

  it('ended less than 30 seconds ago are taken: clocks differ', async () => {
    expect((await get(api, await signed(claims({ exp: nowS() - 20 })))).status).toBe(200);
  });

  const changed = (token: string): string => {
    const [head = '', , signature = ''] = token.split('.');
    return [head, Buffer.from(JSON.stringify(claims())).toString('base64url'), signature].join('.');
  };
});

describe('a service whose issuer is away', () => {
  it('starts, takes keys, answers tokens with 503 and headers of a megabyte with 431', async () => {
    const ledgerdesk = await Ledgerdesk.start({
      LEDGERDESK_OIDC_ISSUER: 'http://127.0.0.1:9',
      LEDGERDESK_OIDC_AUDIENCE: 'desk',
    });
    expect((await ledgerdesk.get<Page<unknown>>('/v1/service-requests')).status).toBe(200);
    const [, body = ''] = new UnsecuredJWT({ sub: 'someone' }).encode().split('.');
    const ask = (bearer: string) =>
      ledgerdesk.send('GET', '/v1/service-requests', undefined, { authorization: `Bearer ${bearer}` });
    const rs256 = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${body}.AAAA`;
    expect((await ask(rs256)).status).toBe(503);
    expect((await ask(`eyJ${'a'.repeat(1_000_000)}.a.a`)).status).toBe(431);
    await ledgerdesk.remove();
  });
});
