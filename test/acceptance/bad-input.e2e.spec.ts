import { connect } from 'node:net';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { Page, ProblemView, RequestView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;
let requestId: string;

const FILING = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' };

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  requestId = (await ledgerdesk.post<RequestView>('/v1/service-requests', FILING)).body.id;
});
afterAll(() => ledgerdesk.remove());

const head = async (): Promise<string> => {
  const { body } = await ledgerdesk.get<Page<{ head: string }>>('/v1/projections');
  return body.items[0]?.head ?? '';
};

const file = (body: unknown, headers?: Record<string, string>) =>
  ledgerdesk.post<ProblemView>('/v1/service-requests', body, headers);

/** What comes back on a bare socket, for what no HTTP client would send. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(ledgerdesk.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.setTimeout(5_000, () => socket.destroy());
  });

describe('a body that is no plain JSON text', () => {
  const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${ledgerdesk.url}/v1/service-requests`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json', ...headers },
      body,
    });
  const nested = (opening: string, closing: string) =>
    `{"customerId":"contoso","impact":"critical","title":${opening.repeat(20_000)}1${closing.repeat(20_000)}}`;

  it.each([
    ['lists in lists', nested('[', ']'), {}, 422],
    ['objects in objects', nested('{"a":', '}'), {}, 422],
    ['bytes that are no UTF-8', Buffer.from('{"customerId":"caf\xe9"}', 'latin1'), {}, 400],
    ['another charset', JSON.stringify(FILING), { 'content-type': 'application/json; charset=utf-16' }, 415],
    ['a compressed body', JSON.stringify(FILING), { 'content-encoding': 'gzip' }, 415],
  ])('is refused: %s', async (_, body, headers, status) => {
    const before = await head();
    const answer = await send(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await head()).toBe(before);
  });

  it('may have any brackets in its texts, and name its charset', async () => {
    const body = JSON.stringify({ ...FILING, title: `${'['.repeat(90)}\\"${'{'.repeat(90)}` });
    expect((await send(body, { 'content-type': 'application/json; charset="UTF-8"' })).status).toBe(201);
  });
});

describe('a wrong body', () => {
  it.each([
    ['an unknown field', { ...FILING, colour: 'red' }, '#/colour', 'unknown-field'],
    ['a missing title', { ...FILING, title: undefined }, '#/title', 'required'],
    ['a title of blanks', { ...FILING, title: '   ' }, '#/title', 'matches'],
    ['a title that is a number', { ...FILING, title: 5 }, '#/title', undefined],
    ['a title with a control character', { ...FILING, title: 'a\u0000b' }, '#/title', 'clean-text'],
    ['a lone surrogate', { ...FILING, title: 'a\ud800b' }, '#/title', 'clean-text'],
    ['an impact that is none', { ...FILING, impact: 'A' }, '#/impact', 'is-in'],
    ['an impossible zone', { ...FILING, preferredTimeZone: 'Mars/Olympus' }, '#/preferredTimeZone', 'time-zone'],
    ['a date without a zone', { ...FILING, problemStartTime: '2026-07-13T09:00:00' }, '#/problemStartTime', 'instant'],
    ['a day that is none', { ...FILING, problemStartTime: '2026-02-30T09:00:00Z' }, '#/problemStartTime', 'instant'],
    [
      'a language that is none',
      { ...FILING, preferredSupportLanguage: 'not a tag' },
      '#/preferredSupportLanguage',
      'language',
    ],
    ['a phone filing (REQ-62)', { ...FILING, channel: 'phone' }, '#/channel', 'is-in'],
    [
      'a contact without an address',
      { ...FILING, contact: { emailAddress: 'nobody' } },
      '#/contact/emailAddress',
      'is-email',
    ],
    [
      'half a character in an address',
      { ...FILING, contact: { emailAddress: 'kim\ud800@contoso.example' } },
      '#/contact/emailAddress',
      'is-email',
    ],
    ['an id with a slash', { ...FILING, customerId: 'a/b' }, '#/customerId', 'id'],
    ['a text too long', { ...FILING, title: 'x'.repeat(201) }, '#/title', 'is-length'],
    ['null for what may be left out', { ...FILING, description: null }, '#/description', undefined],
    ['a list for an object', { ...FILING, contact: [{ name: 'x' }] }, '#/contact', 'object'],
    ['an empty list for an object', { ...FILING, contact: [] }, '#/contact', 'object'],
    ['a name that every object inherits', { ...FILING, toString: 'x' }, '#/toString', 'unknown-field'],
    ['such a name further in', { ...FILING, contact: { valueOf: 1 } }, '#/contact/valueOf', 'unknown-field'],
    ['the name of a method of ours', { ...FILING, alsoCheck: 1 }, '#/alsoCheck', 'unknown-field'],
    [
      'a year 10000 in UTC',
      { ...FILING, problemStartTime: '9999-12-31T23:59:59-12:00' },
      '#/problemStartTime',
      'instant',
    ],
    [
      'a year before 0 in UTC',
      { ...FILING, problemStartTime: '0000-01-01T00:00:00+14:00' },
      '#/problemStartTime',
      'instant',
    ],
  ])('is refused at its field: %s', async (_, body, pointer, code) => {
    const before = await head();
    const { status, headers, body: problem } = await file(body);
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem.errors).toContainEqual({
      pointer,
      detail: expect.any(String) as string,
      code: code ?? (expect.any(String) as string),
    });
    expect(await head()).toBe(before);
  });

  it('is refused: half a character in a domain', async () => {
    const customer = { displayName: 'Half', primaryDomain: 'half\ud800.example' };
    const { status, body } = await ledgerdesk.send<ProblemView>('PUT', '/v1/customers/half', customer);
    expect([status, body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['#/primaryDomain']]);
  });

  it('is answered with all its errors at once', async () => {
    const { body } = await file({ customerId: '../x', title: '', impact: 'none', extra: 1 });
    expect(new Set(body.errors?.map(({ pointer }) => pointer))).toEqual(
      new Set(['#/customerId', '#/title', '#/impact', '#/extra']),
    );
  });

  it.each([
    ['malformed JSON', '{"customerId":', 400],
    ['no JSON at all', 'hello', 400],
    ['__proto__', '{"__proto__":{"admin":true},"title":"x"}', 400],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}', 400],
    ['an array', '[]', 422],
    ['null', 'null', 422],
    ['a number', '7', 422],
    ['more than 256 KiB', JSON.stringify({ ...FILING, description: 'x'.repeat(300_000) }), 413],
  ])('is refused whole: %s', async (_, body, expected) => {
    const before = await head();
    const { status, headers } = await file(body);
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await head()).toBe(before);
  });

  it('is told where it stops being JSON', async () => {
    const { body } = await file('{"customerId":"contoso",\n "title":"Mail",}');
    expect(body.detail).toBe('The body is not valid JSON: it goes wrong at line 2, column 17. Send one JSON object.');
  });

  it('is refused when it is not JSON by its type', async () => {
    expect((await file('title=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await file('hello', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

it('a body beside a read is not looked at, however large', async () => {
  const large = 'x'.repeat(300_000);
  const answer = await raw(
    `GET /v1/alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TEST_KEY}\r\nConnection: close\r\nContent-Length: ${large.length}\r\n\r\n${large}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});

it('a body that is announced and too large leaves its connection sound', async () => {
  const large = 'x'.repeat(3_000_000);
  const answers = await raw(
    `POST /v1/service-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TEST_KEY}\r\nContent-Type: application/json\r\nContent-Length: ${large.length}\r\n\r\n${large}GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

describe('a wrong address or header', () => {
  it.each([
    ['/v1/service-requests/nope', 404],
    ['/v1/service-requests/00000000-0000-4000-8000-000000000000', 404],
    ['/v1/service-requests/%00', 404],
    ['/v1/service-requests/a%2Fb', 404],
    ['/v1/service-requests/..%2f..%2fetc', 404],
    ['/v1/service-requests/%zz', 400],
    ['/v1/customers/nobody', 404],
    ['/v1/nowhere', 404],
    ['/v1/service-requests?limit=0', 422],
    ['/v1/service-requests?limit=1e3', 422],
    ['/v1/service-requests?colour=red', 422],
    ['/v1/service-requests?status=open', 422],
    ['/v1/service-requests?cursor=edited', 422],
    ['/v1/service-requests?limit=1&limit=2', 422],
    ['/v1/service-requests?waitFor=-1', 422],
    ['/v1/deadlines?dueBefore=tomorrow', 422],
  ])('is told: GET %s is %i', async (path, expected) => {
    const { status, headers } = await ledgerdesk.get(path);
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['PATCH', '/v1/service-requests', 'GET, HEAD, POST'],
    ['DELETE', '/v1/customers/contoso', 'GET, HEAD, PUT'],
    ['POST', '/v1/alerts', 'GET, HEAD'],
    ['QUERY', '/v1/alerts', 'GET, HEAD'],
    ['QUERY', '/v1/service-requests', 'GET, HEAD, POST'],
  ])('names the methods that an address answers to: %s %s', async (method, path, allowed) => {
    const { status, headers } = await ledgerdesk.send(method, path);
    expect(status).toBe(405);
    expect(headers.get('allow')).toBe(allowed);
  });

  it('waits for a position that has not come, and says that nothing is recorded there', async () => {
    const { status, headers, body } = await ledgerdesk.get<ProblemView>('/v1/service-requests?waitFor=999999999');
    expect([status, body.detail]).toEqual([503, expect.stringContaining(`the newest position is ${await head()}.`)]);
    expect(headers.get('retry-after')).toBe('1');
  }, 15_000);

  it.each([[''], ['x'.repeat(256)], ['caf\u00e9']])('refuses an Idempotency-Key that is none: %p', async (key) => {
    expect((await file(FILING, { 'idempotency-key': key })).status).toBe(422);
  });

  it.each([['7'], ['W/"7"'], ['"seven"'], ['"-1"']])('refuses the tag %s', async (tag) => {
    const { status } = await ledgerdesk.post(
      `/v1/service-requests/${requestId}/notes`,
      { text: 'x' },
      { 'if-match': tag },
    );
    expect(status).toBe(412);
  });

  it('is nowhere for every method', async () => {
    expect((await ledgerdesk.send('QUERY', '/v1/nowhere')).status).toBe(404);
  });

  it('takes no id of 10,000 characters', async () => {
    const { status, body } = await ledgerdesk.get<ProblemView>(`/v1/service-requests/${'x'.repeat(10_000)}`);
    expect(status).toBe(414);
    expect(body.type).toBe('/problems/address-too-long');
  });

  it('takes an id in capitals for the same', async () => {
    const address = `/v1/service-requests/${requestId.toUpperCase()}?waitFor=${await head()}`;
    expect((await ledgerdesk.get(address)).body).toMatchObject({ id: requestId });
  });

  it.each([
    ['no Host', 'GET /v1/alerts HTTP/1.1\r\n\r\n', 400],
    ['an expectation that is none', 'GET /v1/alerts HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n', 417],
  ])('is told as a problem on the bare socket: %s', async (_, bytes, expected) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(
      new RegExp(`^HTTP/1\\.1 ${expected} [\\s\\S]*application/problem\\+json[\\s\\S]*"status":${expected}`),
    );
  });

  it('needs no Host from HTTP/1.0', async () => {
    expect(await raw('GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ['gzip, chunked', 400],
    ['identity, chunked', 400],
    ['Chunked', 201],
  ])('takes no body in a coding that it would not undo: %s', async (coding, status) => {
    const lines = [
      'POST /v1/service-requests HTTP/1.1',
      'Host: x',
      'Connection: close',
      `Authorization: Bearer ${TEST_KEY}`,
      'Content-Type: application/json',
      `Transfer-Encoding: ${coding}`,
    ];
    const text = JSON.stringify(FILING);
    const body = `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
    expect(await raw(`${lines.join('\r\n')}\r\n\r\n${body}`)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('answers garbage, and headers of a megabyte, on the bare socket', async () => {
    expect(await raw('NOT HTTP AT ALL\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json/);
    const flood = await raw(`GET /v1/alerts HTTP/1.1\r\nHost: x\r\nX-Flood: ${'x'.repeat(1_000_000)}\r\n\r\n`);
    expect(flood).toMatch(/^HTTP\/1\.1 431 [\s\S]*application\/problem\+json/);
  });
});

describe('a wrong key', () => {
  it.each([[undefined], ['Bearer wrong-key-000000000'], ['Basic dXNlcjpwYXNz'], [`Bearer ${TEST_KEY}x`], ['Bearer']])(
    'opens nothing but health: %p',
    async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization };
      for (const path of ['/v1/alerts', '/v1/alerts/stream', '/v1/nowhere', '/', '/docs', '/metrics']) {
        const answer = await fetch(`${ledgerdesk.url}${path}`, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
      expect((await fetch(`${ledgerdesk.url}/health/live`, { headers })).status).toBe(200);
    },
  );

  it('is in no log', () => {
    expect(ledgerdesk.output).not.toContain(TEST_KEY);
  });
});

describe('a wrong policy or calendar', () => {
  const policy = (rule: object) =>
    ledgerdesk.send<ProblemView>('PUT', '/v1/sla/policies/wrong', {
      displayName: 'Wrong',
      obligation: 'partnerFirstResponse',
      rules: [{ when: {}, budget: 'PT1H', calendarId: 'always', ...rule }],
    });

  it.each([
    [{ budget: 'PT0S' }, '#/rules/0/budget'],
    [{ budget: '-PT1H' }, '#/rules/0/budget'],
    [{ budget: 'P1M' }, '#/rules/0/budget'],
    [{ budget: 'PT999999999H' }, '#/rules/0/budget'],
    [{ calendarId: 'unknown' }, '#/rules/0/calendarId'],
    [{ when: { impact: 'A' } }, '#/rules/0/when/impact'],
  ])('is refused when it is saved: %p', async (rule, pointer) => {
    const { status, body } = await policy(rule);
    expect(status).toBe(422);
    expect(body.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  it('is refused when it is never open (E54)', async () => {
    const { status, body } = await ledgerdesk.send<ProblemView>('PUT', '/v1/calendars/shut', {
      displayName: 'Shut',
      timeZone: 'UTC',
      week: {},
    });
    expect(status).toBe(422);
    expect(body.errors).not.toHaveLength(0);
  });

  it('does not replace what is built in', async () => {
    const { status } = await ledgerdesk.send('PUT', '/v1/sla/policies/program', {
      displayName: 'Mine',
      obligation: 'programFirstResponse',
      rules: [{ when: {}, budget: 'PT9H', calendarId: 'always' }],
    });
    expect(status).toBe(409);
  });
});

describe('a slow client', () => {
  it('keeps nobody else waiting', async () => {
    const { hostname, port } = new URL(ledgerdesk.url);
    const slow = Array.from({ length: 50 }, () => connect(Number(port), hostname));
    for (const socket of slow)
      socket.on('error', () => socket.destroy()).write('POST /v1/service-requests HTTP/1.1\r\nHost: x\r\n');
    expect((await file(FILING)).status).toBe(201);
    for (const socket of slow) socket.destroy();
  });
});
