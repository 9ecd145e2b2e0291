import { instantFromMs, instantToMs, systemClock } from '#kernel';
import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess } from '../support/api-in-process.js';
import { callerOf } from '../support/call.js';
import type { AlertView, Page, ProblemView, RequestView } from '../support/views.js';

let api: ApiInProcess;
const call = callerOf(() => api);
const inMs = (ms: number) => instantFromMs(instantToMs(systemClock.now()) + ms);

let request: RequestView;

beforeAll(async () => {
  api = await apiInProcess();
  await call('PUT', '/v1/customers/acme', { displayName: 'Acme', primaryDomain: 'acme.example' });
  const body = { customerId: 'acme', title: 'Mail', impact: 'minimal' };
  request = (await call<RequestView>('POST', '/v1/service-requests', body)).body;
  await call('PUT', '/v1/tenants/adatum', { displayName: 'Adatum' });
  await call('GET', `/v1/service-requests?waitFor=${request.position}`);
});
afterAll(() => api.close());

const oneView = () => `/v1/service-requests/${request.id}`;

describe('a view that the reader has already', () => {
  it.each([
    ['a request', oneView, /^"2"$/],
    ['a customer', () => '/v1/customers/acme', /^"0"$/],
    ['a tenant', () => '/v1/tenants/adatum', /^"0"$/],
    ['a list', () => '/v1/service-requests', /^W\/"[\w-]{22}"$/],
    ['a history', () => `${oneView()}/history`, /^W\//],
    ['a calendar', () => '/v1/calendars/always', /^"/],
    ['an older version', () => '/v1/calendars/always/versions', /^W\//],
    ['a page of problems', () => '/problems', /^W\//],
  ])('is not sent again: %s', async (_, url, tagged) => {
    const first = await call('GET', url());
    const tag = String(first.headers['etag']);
    expect([first.status, tag]).toEqual([200, expect.stringMatching(tagged)]);
    expect(first.headers).not.toHaveProperty('ratelimit-policy');
    for (const tags of [tag, `"other", ${tag}`, `W/${tag.replace(/^W\//, '')}`, '*']) {
      const again = await call('GET', url(), undefined, { 'if-none-match': tags });
      expect([again.status, again.headers['etag'], again.body]).toEqual([304, tag, {}]);
      expect(again.headers).not.toHaveProperty('content-type');
      expect(again.headers).not.toHaveProperty('content-length');
    }
    const head = await call('HEAD', url(), undefined, { 'if-none-match': tag });
    expect(head.status).toBe(304);
    for (const tags of ['"other"', 'garbage', '']) {
      const again = await call('GET', url(), undefined, { 'if-none-match': tags });
      expect([again.status, again.body]).toEqual([200, first.body]);
    }
  });

  it('is sent once it changed', async () => {
    const tag = String((await call('GET', '/v1/service-requests')).headers['etag']);
    const noted = await call<RequestView>('POST', `${oneView()}/notes`, { text: 'One more.' });
    const url = `/v1/service-requests?waitFor=${noted.body.position}`;
    expect((await call('GET', url, undefined, { 'if-none-match': tag })).status).toBe(200);
  });

  it('is sent once it changed by itself: a snooze that ended', async () => {
    await call('POST', `${oneView()}/escalations`, { target: 'manager', reason: 'urgent' });
    const alerts = async () => (await call<Page<AlertView>>('GET', '/v1/alerts')).body.items;
    await eventually(async () => (await alerts()).length > 0, { what: 'the alert' });
    const url = `/v1/alerts/${(await alerts())[0]?.id ?? ''}`;
    const snoozed = await call<AlertView>('POST', `${url}/snooze`, { until: inMs(700) });
    const asleep = await call<AlertView>('GET', `${url}?waitFor=${snoozed.body.position}`);
    expect(asleep.body.state).toBe('snoozed');
    const ask = () => call<AlertView>('GET', url, undefined, { 'if-none-match': String(asleep.headers['etag']) });
    expect((await ask()).status).toBe(304);
    await eventually(async () => (await ask()).status === 200, { what: 'the alert awake' });
    const tag = String((await ask()).headers['etag']);
    expect((await call('POST', `${url}/acknowledgement`, undefined, { 'if-match': tag })).status).toBe(200);
  });

  it('is sent once it changed by itself: a planned version in force', async () => {
    const calendar = { displayName: 'Mine', timeZone: 'UTC', week: { '1': [['09:00', '17:00']] } };
    await call('PUT', '/v1/calendars/mine', calendar);
    const effectiveFrom = inMs(700);
    expect((await call('PUT', '/v1/calendars/mine', { ...calendar, effectiveFrom })).status).toBe(200);
    const planned = await call<{ inForce: boolean }>('GET', '/v1/calendars/mine');
    expect(planned.body.inForce).toBe(false);
    const tag = String(planned.headers['etag']);
    const ask = () => call<{ inForce: boolean }>('GET', '/v1/calendars/mine', undefined, { 'if-none-match': tag });
    expect((await ask()).status).toBe(304);
    await eventually(async () => (await ask()).status === 200, { what: 'the version in force' });
    expect((await call('PUT', '/v1/calendars/mine', calendar, { 'if-match': tag })).status).toBe(200);
  });
});

describe('If-Match', () => {
  const note = (tags: string) => call('POST', `${oneView()}/notes`, { text: 'x' }, { 'if-match': tags });

  it('takes a list of which one is right, and nothing weak', async () => {
    const tag = String((await note('*')).headers['etag']);
    expect((await note(`W/${tag}`)).status).toBe(412);
    expect((await note('"999", "998"')).status).toBe(412);
    expect((await note('nonsense')).status).toBe(412);
    expect((await note(`"999", ${tag}`)).status).toBe(201);
    expect((await note(tag)).status).toBe(412);
  });
});

describe('If-None-Match: *', () => {
  it('makes what does not exist, and changes nothing that does', async () => {
    const put = (displayName: string) =>
      call('PUT', '/v1/customers/new', { displayName, primaryDomain: 'new.example' }, { 'if-none-match': '*' });
    expect((await put('One')).status).toBe(201);
    expect((await put('Two')).status).toBe(412);
    expect((await call('GET', '/v1/customers/new')).body).toMatchObject({ displayName: 'One' });
  });
});

describe('a tenant that exists', () => {
  const put = (displayName: string, headers = {}) =>
    call<ProblemView>('PUT', '/v1/tenants/fabrikam', { displayName }, headers);

  it('is changed only by who says at which revision', async () => {
    const key = { 'idempotency-key': 'first' };
    const first = await put('Fabrikam', key);
    expect(first.status).toBe(201);
    const refused = await put('Fabrikam Ltd');
    expect([refused.status, refused.body.type]).toEqual([428, '/problems/precondition-required']);
    const replayed = await put('Fabrikam', key);
    expect([replayed.status, replayed.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect((await put('Fabrikam Ltd', { 'if-match': String(first.headers['etag']) })).status).toBe(200);
    expect((await put('Fabrikam Inc', { 'if-match': String(first.headers['etag']) })).status).toBe(412);
    expect((await put('Fabrikam Inc', { 'if-match': '*' })).status).toBe(200);
  });
});
