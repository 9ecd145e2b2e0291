import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { instantFromMs } from '#kernel';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { Page, ProblemView } from '../support/views.js';

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

interface Result {
  readonly line: number;
  readonly key?: string;
  readonly status: number;
  readonly replayed?: boolean;
  readonly body: Record<string, unknown>;
}

const filing = (key: string, title = 'Mail does not arrive') => ({
  key,
  method: 'POST',
  path: '/v1/service-requests',
  body: { customerId: 'contoso', title, impact: 'minimal' },
});

/** What a batch is answered with, line by line. */
const send = async (
  lines: readonly (object | string)[],
  key = TEST_KEY,
  more: Readonly<Record<string, string>> = {},
) => {
  const response = await fetch(`${ledgerdesk.url}/v1/batches`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-ndjson',
      ...more,
    },
    body: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  });
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('application/x-ndjson') === true;
  return {
    status: response.status,
    problem: (isStream ? {} : JSON.parse(text)) as ProblemView,
    results: isStream
      ? text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Result)
      : [],
  };
};

/** What a batch of so many bytes is answered with before any of them is sent. */
const announced = (bytes: number) =>
  new Promise<unknown>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${TEST_KEY}`,
      'content-type': 'application/x-ndjson',
      'content-length': String(bytes),
    };
    const asking = request(`${ledgerdesk.url}/v1/batches`, { method: 'POST', headers });
    asking.once('error', reject).once('response', (answer) => {
      json(answer)
        .then(resolve, reject)
        .finally(() => asking.destroy());
    });
    asking.flushHeaders();
  });

describe('a batch of commands', () => {
  it('runs a thousand lines but the bad one, and sent again answers the same without another effect', async () => {
    const lines: (object | string)[] = Array.from({ length: 1_000 }, (_, index) => filing(`old-${index}`));
    lines[499] = '{"key":"old-499", broken';
    const { status, results } = await send(lines);
    expect(status).toBe(200);
    expect(results.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
    expect(results.filter((result) => result.status !== 201)).toMatchObject([
      { line: 500, status: 422, body: { errors: [{ code: 'not-json' }] } },
    ]);
    const again = await send(lines);
    expect(again.results.map(({ body }) => body)).toEqual(results.map(({ body }) => body));
    expect(again.results.filter(({ replayed }) => replayed === true)).toHaveLength(999);
    const ids = new Set(results.map(({ body }) => body['id']));
    expect(ids.size).toBe(1_000); // 999 requests, and none
  });

  it('lets a line build on what an earlier one made, in order', async () => {
    const { results } = await send([
      {
        key: 'c-1',
        method: 'PUT',
        path: '/v1/customers/adatum',
        body: { displayName: 'A', primaryDomain: 'a.example' },
      },
      { ...filing('r-1'), body: { customerId: 'adatum', title: 'Slow', impact: 'minimal' } },
      { key: 'r-2', method: 'POST', path: '/v1/service-requests/{r-1}/responses', body: { text: 'On it.' } },
      { key: 'r-3', method: 'POST', path: '/v1/service-requests/{r-1}/closure', body: { reason: 'Done' } },
      {
        key: 'r-4',
        method: 'POST',
        path: '/v1/service-requests/{r-1}/closure',
        body: { reason: 'Done' },
        ifMatch: '"0"',
      },
      { key: 'r-5', method: 'POST', path: '/v1/service-requests/{r-9}/closure', body: { reason: 'Done' } },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 201, 201, 201, 412, 422]);
    expect(results[3]?.body).toMatchObject({ customerId: 'adatum', status: 'closed' });
  });

  it('lets each line do only what its sender may', async () => {
    const { body } = await ledgerdesk.post<{ key: string }>('/v1/api-keys', { name: 'Sales', role: 'salesAgent' });
    const billing = {
      ...filing('s-1'),
      body: { customerId: 'contoso', title: 'x', impact: 'minimal', issueClass: 'billing' },
    };
    const { results } = await send([billing, filing('s-2'), { ...filing('s-3'), path: '/v1/api-keys' }], body.key);
    expect(results.map(({ status }) => status)).toEqual([201, 403, 403]);
    expect((await send([filing('s-4')], 'nobody')).status).toBe(401);
  });

  it('puts each line on the trace of its sender', async () => {
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b' };
    const { results } = await send([filing('t-1')], TEST_KEY, trace);
    const { body } = await ledgerdesk.get<Page<object>>(
      `/v1/service-requests/${String(results[0]?.body['id'])}/history`,
    );
    expect(body.items[0]).toMatchObject(trace);
  });

  it('does not begin the lines of a sender who has gone', async () => {
    // Each takes a while, and they go one by one; few enough to be on their way at once.
    const dates = Array.from({ length: 5_000 }, (_, day) => instantFromMs(day * 86_400_000).slice(0, 10));
    const calendar = (index: number) => ({
      key: `gone-${index}`,
      method: 'PUT',
      path: `/v1/calendars/gone-${index}`,
      body: { displayName: 'Gone', timeZone: 'UTC', week: { '1': [['09:00', '17:00']] }, holidays: dates },
    });
    const lines = Array.from({ length: 30 }, (_, index) => JSON.stringify(calendar(index)));
    const headers = { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/x-ndjson' };
    const asking = request(`${ledgerdesk.url}/v1/batches`, { method: 'POST', headers });
    asking.on('error', () => undefined).end(lines.join('\n'));
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    await once(answer, 'data');
    asking.destroy();
    const known = async () => {
      const found = lines.map((_, index) => ledgerdesk.get(`/v1/calendars/gone-${index}`));
      return (await Promise.all(found)).filter(({ status }) => status === 200).length;
    };
    let before = -1;
    for (let now = await known(); now !== before; now = await known()) {
      before = now;
      await ledgerdesk.post('/v1/service-requests', filing(`between-${now}`).body);
    }
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(30);
  });

  it.each([
    ['no lines', ['', ' ']],
    ['too many lines', Array.from({ length: 1_001 }, (_, index) => filing(`m-${index}`))],
  ])('is refused whole with %s, and nothing is done', async (_, lines) => {
    const { status, problem } = await send(lines);
    expect({ status, code: problem.errors?.[0]?.code }).toEqual({ status: 422, code: 'lines' });
  });

  it('is refused when it is too large, and that is heard by whoever sends it to its end', async () => {
    const lines = [filing('big', 'x'.repeat(6_000_000))];
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(lines)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([413]));
  });

  it('is refused when it is too large, or no NDJSON in UTF-8', async () => {
    expect(await announced(5_000_000)).toMatchObject({ status: 413, detail: 'The body is larger than 4 MiB.' });
    const { status, problem } = await send([filing('l-1')], TEST_KEY, { 'content-encoding': 'gzip' });
    expect({ status, detail: problem.detail }).toEqual({
      status: 415,
      detail: 'Send a file in UTF-8, not compressed, with the header Content-Type: application/x-ndjson.',
    });
    expect((await ledgerdesk.post('/v1/batches', filing('j-1'))).status).toBe(415);
    const { body } = await ledgerdesk.get<Page<{ title: string }>>('/v1/service-requests?limit=200');
    expect(body.items.every(({ title }) => title.length < 200)).toBe(true);
  });
});
