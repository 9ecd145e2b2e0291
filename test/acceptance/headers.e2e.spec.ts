import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { eventually } from '#testing';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { AlertView, HistoryItem, Page, ProblemView, RequestView } from '../support/views.js';

const LIMIT = 20;
const TRACE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b' };
const FILING = {
  customerId: 'contoso',
  title: 'Mail does not arrive',
  impact: 'minimal',
  description: 'x'.repeat(900),
};

let ledgerdesk: Ledgerdesk;
let request: RequestView;

const raw = (...lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(ledgerdesk.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  ledgerdesk.send<ProblemView>(method, path, undefined, headers);

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  request = (await ledgerdesk.post<RequestView>('/v1/service-requests', FILING, TRACE)).body;
  await ledgerdesk.get(`/v1/service-requests?waitFor=${request.position}`);
});
afterAll(() => ledgerdesk.remove());

describe('every answer', () => {
  it.each([
    ['GET', '/v1/service-requests', 200],
    ['HEAD', '/v1/service-requests', 200],
    ['HEAD', '/v1/alerts/stream', 200],
    ['GET', '/problems', 200],
    ['GET', '/health/live', 200],
    ['GET', '/v1/nowhere', 404],
    ['OPTIONS', '/v1/service-requests', 405],
    ['PUT', '/v1/customers/x', 422],
    ['GET', '/v1/service-requests/%zz', 400],
  ])('is safe in a browser, and lets no other origin read it: %s %s', async (method, path, status) => {
    const answer = await fetch(`${ledgerdesk.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${TEST_KEY}`, origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(answer.headers.get('cache-control')).toMatch(/private|no-store|public/);
    expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
      expect([name, answer.headers.has(name)]).toEqual([name, false]);
    await answer.body?.cancel();
  });

  it('is so where the framework has no part in it', async () => {
    const answer = await raw('POST /v1/service-requests HTTP/1.1', 'Host: x', 'Expect: a miracle', 'X-Request-Id: r-1');
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    const lines = ['x-content-type-options: nosniff', 'cache-control: no-store', 'x-request-id: r-1'];
    for (const line of lines) expect(answer.toLowerCase()).toContain(`\r\n${line}\r\n`);
    expect(answer).toContain('/problems/expectation-failed');
  });

  it('names the methods to who asks for options', async () => {
    expect((await ask('OPTIONS', '/v1/service-requests')).headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('carries the id of its request, the one given if it may stand in a log', async () => {
    const idOf = async (id: string) =>
      (await ask('GET', '/health/live', { 'x-request-id': id })).headers.get('x-request-id');
    expect(await idOf('mine-1.2')).toBe('mine-1.2');
    for (const bad of ['', 'with space', 'x'.repeat(65), '{"a":1}']) expect(await idOf(bad)).toMatch(/^[\da-f-]{36}$/);
  });
});

it.each([
  ['Authorization', `Bearer ${TEST_KEY}`, 'Bearer another'],
  ['Idempotency-Key', 'one', 'two'],
  ['If-Match', '"1"', '"2"'],
  ['idempotency-KEY', 'one', 'one'],
  ['Ledgerdesk-On-Behalf-Of', 'alice', 'mallory'],
])('a header %s sent twice is refused', async (name, one, other) => {
  const first = name === 'Authorization' ? [] : [`Authorization: Bearer ${TEST_KEY}`];
  const answer = await raw(
    'POST /v1/service-requests HTTP/1.1',
    'Host: x',
    'Connection: close',
    ...first,
    `${name}: ${one}`,
    `${name}: ${other}`,
    'Content-Length: 0',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('/problems/duplicate-header');
});

it.each([
  ['/health/live', /^HTTP\/1\.1 200 /],
  ['/v1/customers/contoso?', /^HTTP\/1\.1 401 [^]*"instance":"\/v1\/customers\/contoso"/],
  ['?', /^HTTP\/1\.1 303 [^]*\r\nlocation: \/docs\r\n/],
])('an address in absolute form means its path: %s', async (address, answer) => {
  expect(
    await raw(
      `GET http://desk.example${address} HTTP/1.1`,
      'Host: x',
      'Accept: text/html, */*;q=0.1',
      'Connection: close',
    ),
  ).toMatch(answer);
});

describe('a view of a kilobyte or more', () => {
  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('comes compressed to who accepts %s, under a tag of its own', async (coding, expand) => {
    const path = `/v1/service-requests/${request.id}`;
    const plain = await raw(
      `GET ${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${TEST_KEY}`,
      'Connection: close',
    );
    const coded = await raw(
      `GET ${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${TEST_KEY}`,
      `Accept-Encoding: ${coding}`,
      'Connection: close',
    );
    const [head = '', body = ''] = coded.split(/\r\n\r\n([^]*)/);
    expect(head).toMatch(new RegExp(`^content-encoding: ${coding}\r?$`, 'm'));
    expect(head).toMatch(/^vary: accept-encoding\r?$/m);
    expect(head).toMatch(new RegExp(`^etag: "2-${coding}"\r?$`, 'm'));
    expect(expand(Buffer.from(body, 'latin1')).toString()).toBe(plain.split(/\r\n\r\n([^]*)/)[1]);
    expect(plain).not.toMatch(/content-encoding/);
    const again = await ask('GET', path, { 'if-none-match': `"2-${coding}"` });
    expect(again.status).toBe(304);
    const note = (tag: string) =>
      ledgerdesk.post(`/v1/service-requests/${request.id}/notes`, { text: 'x' }, { 'if-match': tag });
    expect((await note(`"1-${coding}"`)).status).toBe(412);
  });

  it('is never an answer that holds a key, one of a command, or the stream', async () => {
    const answers = [
      await ledgerdesk.post('/v1/api-keys', { name: 'x'.repeat(60), role: 'service' }),
      await ledgerdesk.post('/v1/service-requests', FILING),
      await ask('HEAD', '/v1/alerts/stream'),
    ];
    for (const { headers } of answers) expect(headers.has('content-encoding')).toBe(false);
  });
});

describe('a trace that a caller began', () => {
  it('stands on what it recorded, and on what that led to', async () => {
    await ledgerdesk.post(`/v1/service-requests/${request.id}/escalations`, { target: 'manager', reason: 'x' }, TRACE);
    const { body } = await ledgerdesk.get<Page<HistoryItem>>(`/v1/service-requests/${request.id}/history`);
    expect(body.items[0]).toMatchObject(TRACE);
    expect(body.items.at(-1)).toMatchObject({ type: 'Escalated', ...TRACE });
    const alerts = async () => (await ledgerdesk.get<Page<AlertView>>('/v1/alerts')).body.items;
    await eventually(async () => (await alerts()).length > 0, { what: 'the alert' });
  });

  it('is passed over when it is none', async () => {
    const { id } = (await ledgerdesk.post<RequestView>('/v1/service-requests', FILING, { traceparent: 'garbage' }))
      .body;
    const { body } = await ledgerdesk.get<Page<HistoryItem>>(`/v1/service-requests/${id}/history`);
    expect(body.items[0]).not.toHaveProperty('traceparent');
  });
});

describe('Prefer: wait', () => {
  it('answers a command once the read models have seen it', async () => {
    for (let count = 0; count < 5; count += 1) {
      const filed = await ledgerdesk.post<RequestView>('/v1/service-requests', FILING, { prefer: 'wait=10' });
      expect([filed.status, filed.headers.get('preference-applied')]).toEqual([201, 'wait=10']);
      expect((await ledgerdesk.get(`/v1/service-requests/${filed.body.id}`)).status).toBe(200);
    }
  });

  it('bounds what a read waits for', async () => {
    const never = '/v1/service-requests?waitFor=999999999';
    const begun = performance.now();
    expect((await ask('GET', never, { prefer: 'wait=0' })).status).toBe(503);
    expect(performance.now() - begun).toBeLessThan(4_000);
    const seen = await ask('GET', '/v1/service-requests?waitFor=1', { prefer: 'wait=3' });
    expect([seen.status, seen.headers.get('preference-applied')]).toEqual([200, 'wait=3']);
  });
});

describe('a limit of requests a key', () => {
  it('is told in each answer, and ends with 429; other keys go on', async () => {
    const limited = await Ledgerdesk.start({ LEDGERDESK_RATE_LIMIT: String(LIMIT) });
    const first = await limited.get('/v1/alerts');
    expect(first.headers.get('ratelimit-policy')).toBe(`"default";q=${LIMIT};w=60`);
    expect(first.headers.get('ratelimit')).toMatch(new RegExp(`^"default";r=${LIMIT - 1};t=(?:60|59)$`));
    const { key } = (await limited.post<{ key: string }>('/v1/api-keys', { name: 'x', role: 'operator' })).body;
    let refused = await limited.get<ProblemView>('/v1/alerts');
    for (let sent = 4; sent <= LIMIT + 1; sent += 1) refused = await limited.get<ProblemView>('/v1/alerts');
    expect([refused.status, refused.body.type]).toEqual([429, '/problems/rate-limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(20);
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=/);
    expect((await limited.send('GET', '/v1/alerts', undefined, { authorization: `Bearer ${key}` })).status).toBe(200);
    expect((await fetch(`${limited.url}/health/live`)).headers.has('ratelimit')).toBe(false);
    await limited.remove();
  });
});
