import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';

describe('a person at the terminal', () => {
  let api: ApiInProcess;

  beforeAll(async () => {
    api = await apiInProcess(['default', 'contoso']);
  });
  afterAll(() => api.close());

  const send = (method: 'GET' | 'HEAD' | 'PUT' | 'POST', url: string, headers: Record<string, string>) =>
    api.server.inject({
      method,
      url,
      headers: { host: 'desk.example', ...headers },
      ...(method === 'PUT' && { payload: { displayName: 'Fabrikam', primaryDomain: 'fabrikam.example' } }),
    });
  const invite = (key: string) => send('POST', '/v1/login-links', { authorization: `Bearer ${key}` });
  const newLink = async (): Promise<string> => {
    const { url } = (await invite(keyOf('administrator'))).json<{ url: string }>();
    return url.slice('http://desk.example'.length);
  };
  const login = async (): Promise<{ cookie: string }> => {
    const { headers } = await send('GET', await newLink(), {});
    return { cookie: String(headers['set-cookie']).split(';', 1)[0] ?? '' };
  };
  const put = (headers: Record<string, string>) => send('PUT', '/v1/customers/fabrikam', headers);

  it('logs in by a link, once', async () => {
    const link = await newLink();
    const { statusCode, headers } = await send('GET', link, {});
    expect([statusCode, headers.location, headers['cache-control']]).toEqual([303, '/docs', 'no-store']);
    expect(headers['set-cookie']).toMatch(
      /^ledgerdesk_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=28800$/,
    );
    for (const useless of [link, '/login?token=', '/login?token=guessed', '/login?token=a&token=b']) {
      const { statusCode: status, body, headers: sent } = await send('GET', useless, {});
      expect([useless, status, body.includes('POST /v1/login-links')]).toEqual([useless, 401, true]);
      expect(sent['set-cookie']).toBeUndefined();
    }
  });

  it('has one session a browser: the next login ends it', async () => {
    const first = await login();
    expect((await send('GET', '/v1/api-keys', first)).statusCode).toBe(200);
    await send('GET', await newLink(), first);
    expect((await send('GET', '/v1/api-keys', first)).statusCode).toBe(401);
  });

  it('keeps its link for the person when a program looks at it with HEAD first', async () => {
    const link = await newLink();
    const looked = await send('HEAD', link, {});
    expect([looked.statusCode, looked.headers['set-cookie']]).toEqual([200, undefined]);
    expect((await send('GET', link, {})).statusCode).toBe(303);
  });

  it('tells whoever comes without a link how to get one', async () => {
    const { statusCode, body } = await send('GET', '/login', {});
    expect([statusCode, body.includes('POST /v1/login-links')]).toEqual([200, true]);
  });

  it('is led from the address that was printed to the page, and told there how to get in', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
    const door = await send('GET', '/', browser);
    expect([door.statusCode, door.headers.location]).toEqual([303, '/docs']);
    const closed = await send('GET', '/docs', browser);
    expect([closed.statusCode, closed.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(closed.body).toContain('POST /v1/login-links');
    expect((await send('GET', '/docs', { ...browser, ...(await login()) })).body).toContain('File a service request');
  });

  it('is no program: that is told where the API is, and that it needs a key', async () => {
    for (const accept of ['*/*', 'application/json']) {
      const answers = [await send('GET', '/', { accept }), await send('GET', '/docs', { accept })];
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
      const known = await send('GET', '/', { accept, authorization: `Bearer ${keyOf('administrator')}` });
      expect([known.statusCode, known.json<{ detail: string }>().detail]).toEqual([
        404,
        expect.stringMatching(/\/v1, .*\/docs; \/health/),
      ]);
    }
  });

  it('is an administrator there, recorded as a person', async () => {
    const { cookie } = await login();
    expect((await send('GET', '/v1/api-keys', { cookie })).statusCode).toBe(200);
    expect((await put({ cookie, origin: 'http://desk.example' })).statusCode).toBe(201);
    const [event] = await api.events.readStream('customer-default.fabrikam');
    expect(event?.meta.actor).toMatchObject({ role: 'administrator', kind: 'person' });
    expect(event?.meta.actor.id).toMatch(/^session:[0-9a-f]{8}$/);
  });

  it.each<[Record<string, string>, number]>([
    [{}, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://desk.example', 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'http://desk.example' }, 200],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
  ])('cannot be made to send something by another site: %j', async (headers, status) => {
    await put({ authorization: `Bearer ${keyOf('administrator')}` });
    const session = await login();
    expect((await put({ ...session, ...headers })).statusCode).toBe(status);
    expect((await send('GET', '/v1/customers/fabrikam', { ...session, ...headers })).statusCode).toBe(200);
  });

  it.each(['Bearer', `Bearer ${'k'.repeat(8_193)}`, 'Bearer of two words', 'Bearer unknown'])(
    'is not taken for the caller where another key is sent: %.20s',
    async (authorization) => {
      const { statusCode, headers } = await send('GET', '/v1/api-keys', { ...(await login()), authorization });
      expect([statusCode, headers['www-authenticate']]).toEqual([
        401,
        'Bearer realm="ledgerdesk", error="invalid_token"',
      ]);
    },
  );

  it('logs out', async () => {
    const session = await login();
    expect((await send('POST', '/logout', { ...session, origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await send('GET', '/v1/api-keys', session)).statusCode).toBe(200);
    const out = await send('POST', '/logout', { ...session, origin: 'http://desk.example' });
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([
      204,
      'ledgerdesk_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
    expect((await send('GET', '/v1/api-keys', session)).statusCode).toBe(401);
  });

  it('is invited by an administrator of the installation only', async () => {
    expect((await invite(keyOf('globalAdmin'))).statusCode).toBe(403);
    expect((await invite(keyOf('administrator', 'contoso'))).statusCode).toBe(403);
  });
});

describe('a person at a browser, with a proxy between that ends TLS', () => {
  let api: ApiInProcess;

  beforeAll(async () => {
    api = await apiInProcess(['default'], undefined, undefined, { publicUrl: 'https://desk.example' });
  });
  afterAll(() => api.close());

  /** As the proxy sends it on: by http, under the name that the service has inside. */
  const send = (method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}) =>
    api.server.inject({ method, url, headers: { host: 'ledgerdesk:3000', ...headers } });

  it('follows a link to the public address, has a cookie for https alone, and logs out', async () => {
    const invited = await send('POST', '/v1/login-links', { authorization: `Bearer ${keyOf('administrator')}` });
    const { origin, pathname, search } = new URL(invited.json<{ url: string }>().url);
    expect([origin, pathname]).toEqual(['https://desk.example', '/login']);
    const { headers } = await send('GET', pathname + search);
    expect(headers['set-cookie']).toMatch(/^__Host-ledgerdesk_session=[\w-]{43}; Path=\/; HttpOnly; .*; Secure$/);
    const cookie = String(headers['set-cookie']).split(';', 1)[0] ?? '';
    expect((await send('GET', '/v1/api-keys', { cookie })).statusCode).toBe(200);
    expect((await send('POST', '/logout', { cookie, origin: 'http://ledgerdesk:3000' })).statusCode).toBe(403);
    expect((await send('POST', '/logout', { cookie, origin: 'https://desk.example' })).statusCode).toBe(204);
    expect((await send('GET', '/v1/api-keys', { cookie })).statusCode).toBe(401);
  });
});
