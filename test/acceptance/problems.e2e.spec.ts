import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { Page, ProblemView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

const KEY = { authorization: `Bearer ${TEST_KEY}` };
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${ledgerdesk.url}${path}`, { headers });

describe("a problem's type", () => {
  it('opens in a browser, without a key', async () => {
    const { type } = (await (await get('/v1/alerts')).json()) as ProblemView;
    const page = await get(type, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const text = await page.text();
    expect(text).toContain('<h1>A valid API key or access token is needed</h1>');
    expect(text).toContain('Authorization: Bearer &lt;key&gt;');
    expect(text).not.toMatch(/\b(?:src=|href="?http|@import|url\()/);
  });

  it('is data for whoever asks for JSON', async () => {
    const answer = await get('/problems/validation', { accept: 'application/json' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({ code: 'validation', status: 422, title: 'A field is wrong' });
  });

  it('is one of a list, each of which opens', async () => {
    const list = await get('/problems', { accept: 'application/json' });
    const { items } = (await list.json()) as { items: { code: string }[] };
    expect(items.length).toBeGreaterThan(30);
    for (const { code } of items) expect((await get(`/problems/${code}`)).status).toBe(200);
    expect(await (await get('/problems')).text()).toContain('<a href="/problems/revision-mismatch">');
  });

  it.each(['unheard-of', '__proto__', 'toString', '%3Cscript%3E'])('is not made up: %s', async (code) => {
    const answer = await get(`/problems/${code}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('has one title, whatever happened', async () => {
    const [alerts, deadlines] = await Promise.all([get('/v1/alerts?limit=0', KEY), get('/v1/deadlines?limit=x', KEY)]);
    const [one, other] = (await Promise.all([alerts.json(), deadlines.json()])) as ProblemView[];
    expect(one).toMatchObject({ type: '/problems/validation', title: other?.title, status: 422 });
  });
});

describe('what a client accepts', () => {
  it.each([
    ['/v1/alerts', 'application/json'],
    ['/v1/alerts', 'application/problem+json'],
    ['/v1/alerts', 'application/*'],
    ['/v1/alerts', 'application/json, text/plain, */*'],
    ['/v1/alerts', 'text/html;q=0.9, */*;q=0.1'],
    ['/health/live', '*/*'],
    ['/problems', 'application/json'],
  ])('is what it gets: %s as %s', async (path, accept) => {
    expect((await get(path, { ...KEY, accept })).status).toBe(200);
  });

  it.each([
    ['/v1/alerts', 'text/html'],
    ['/v1/alerts', 'application/json;q=0'],
    ['/v1/service-requests/nope', 'image/png'],
    ['/v1/alerts/stream', 'application/json'],
    ['/health/live', 'text/plain'],
    ['/problems/validation', 'image/png'],
  ])('is told when there is no such thing: %s as %s', async (path, accept) => {
    const answer = await get(path, { ...KEY, accept });
    expect(answer.status).toBe(406);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ type: '/problems/not-acceptable', instance: path });
  });

  it('is asked before anything is recorded', async () => {
    const head = async () => (await ledgerdesk.get<Page<{ head: string }>>('/v1/projections')).body.items[0]?.head;
    const before = await head();
    const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' };
    const { status } = await ledgerdesk.post('/v1/service-requests', filing, { accept: 'application/xml' });
    expect(status).toBe(406);
    expect(await head()).toBe(before);
  });

  it('opens the live stream', async () => {
    const reading = new AbortController();
    for (const accept of ['text/event-stream', 'text/*', '*/*']) {
      const { status } = await fetch(`${ledgerdesk.url}/v1/alerts/stream`, {
        headers: { ...KEY, accept },
        signal: reading.signal,
      });
      expect(status).toBe(200);
    }
    reading.abort();
  });

  it('is a matter for those who may enter, of a route that there is', async () => {
    expect((await get('/v1/alerts', { accept: 'image/png' })).status).toBe(401);
    expect((await get('/v1/nowhere', { ...KEY, accept: 'image/png' })).status).toBe(404);
  });
});

describe('a refusal without a controller', () => {
  it('says about which address, and how to enter', async () => {
    const missing = await get('/v1/alerts?limit=1');
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="ledgerdesk"');
    expect(await missing.json()).toMatchObject({ status: 401, instance: '/v1/alerts' });
    const wrong = await get('/v1/alerts', { authorization: 'Bearer wrong-key-000000000' });
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer realm="ledgerdesk", error="invalid_token"');
    expect(await (await get('/v1/service-requests/%zz', KEY)).json()).toMatchObject({
      type: '/problems/bad-request',
      instance: '/v1/service-requests/%zz',
    });
  });
});
