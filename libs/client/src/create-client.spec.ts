import { createClient, data, items, ProblemError, type Send } from './index.js';

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

const refusal = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  json(
    status,
    { type: `/problems/${code}`, title: 'No', status, detail: 'Not now.', instance: '/' },
    { 'content-type': 'application/problem+json', ...headers },
  );

/** A client whose answers, or failures, are given one after the other. */
const clientOf = (...answers: (Response | Error)[]) => {
  const sent: Request[] = [];
  const waited: number[] = [];
  const send: Send = (request) => {
    sent.push(request);
    const answer = answers.shift() ?? new Error('No answer is left.');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const wait = (ms: number): Promise<void> => {
    waited.push(ms);
    return Promise.resolve();
  };
  return { client: createClient({ url: 'http://desk.example/', key: 'secret', fetch: send, wait }), sent, waited };
};

const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' } as const;
const keyOf = ({ headers }: Request): string | null => headers.get('idempotency-key');

describe('a command', () => {
  it('is sent again with the same key and body after a failure of the network', async () => {
    const { client, sent, waited } = clientOf(new TypeError('reset'), json(201, { id: 'a' }));
    await client.POST('/v1/service-requests', { body: filing });
    const [first, second] = sent.map(keyOf);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
    expect(await sent[1]?.json()).toEqual(filing);
    expect(waited).toEqual([200]);
  });

  it('waits as long as Retry-After asks for', async () => {
    const { client, waited } = clientOf(refusal(503, 'busy', { 'retry-after': '3' }), json(201, {}));
    await client.POST('/v1/service-requests', { body: filing });
    expect(waited).toEqual([3_000]);
  });

  it('keeps the key that the caller gave it', async () => {
    const { client, sent } = clientOf(json(201, {}));
    const header = { 'Idempotency-Key': 'mine' };
    await client.POST('/v1/service-requests', { body: filing, params: { header } });
    expect(sent.map(keyOf)).toEqual(['mine']);
  });

  it('gives up after seven attempts, with what it was told', async () => {
    const { client, sent } = clientOf(...Array.from({ length: 7 }, () => refusal(503, 'event-store-unavailable')));
    await expect(client.POST('/v1/service-requests', { body: filing })).rejects.toThrow('Not now.');
    expect(sent).toHaveLength(7);
  });
});

it('a refusal is thrown at once, with its code', async () => {
  const { client, sent } = clientOf(refusal(409, 'service-request-settled'));
  const error: unknown = await client.GET('/v1/timers').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ code: 'service-request-settled', status: 409, errors: [] });
  expect(sent).toHaveLength(1);
});

it('a refusal of fields says in its message which ones, and what is wrong with the first three', async () => {
  const errors = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ pointer: `#/${name}`, code: 'no', detail: `No ${name}.` }));
  const wrong = { type: '/problems/validation', title: 'A field is wrong', status: 422, detail: '5 fields are wrong.' };
  const { client } = clientOf(json(422, { ...wrong, errors }, { 'content-type': 'application/problem+json' }));
  await expect(client.GET('/v1/timers')).rejects.toThrow(
    /^A field is wrong: #\/a: No a\. #\/b: No b\. #\/c: No c\. 2 more$/,
  );
});

it('needs a key', () => {
  expect(() => createClient({ url: 'http://desk.example', key: '' })).toThrow('needs a key');
});

it('a list is read page by page, to its end', async () => {
  const { client, sent } = clientOf(
    json(200, { items: [{ id: 'a' }, { id: 'b' }], nextCursor: 'next' }),
    json(200, { items: [{ id: 'c' }], nextCursor: null }),
  );
  const ids: string[] = [];
  for await (const { id } of items((cursor) => client.GET('/v1/alerts', { params: { query: { ...cursor } } })))
    ids.push(id);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(sent.map(({ url }) => new URL(url).search)).toEqual(['', '?cursor=next']);
});

it('the body of an answer is given as it came', async () => {
  const { client, sent } = clientOf(json(200, { status: 'live' }));
  expect(await data(client.GET('/health/live'))).toEqual({ status: 'live' });
  expect(sent[0]?.headers.get('authorization')).toBe('Bearer secret');
});

it('alerts go on after the last one seen when the connection breaks', async () => {
  const stream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  const message = (id: string) => `id: ${id}\nevent: alert.opened\ndata: {"id":"alert-${id}","position":"${id}"}\n\n`;
  const { client, sent } = clientOf(
    stream(`retry: 10\nid: 3\n\n: still here\n\n${message('4')}${message('5')}id: 6\neve`),
    new TypeError('reset'),
    stream(message('6')),
  );
  const ended = new AbortController();
  const seen: string[] = [];
  for await (const { id, data: alert } of client.alerts({ signal: ended.signal })) {
    seen.push(`${id} ${alert.id}`);
    if (id === '6') ended.abort();
  }
  expect(seen).toEqual(['4 alert-4', '5 alert-5', '6 alert-6']);
  expect(sent.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '5', '5']);
});

it('alerts end with their signal, whatever the request does', async () => {
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode(': still here\n\n'));
    },
  });
  const { client } = clientOf(new Response(silent, { headers: { 'content-type': 'text/event-stream' } }));
  const ended = new AbortController();
  setTimeout(() => {
    ended.abort();
  }, 50);
  for await (const message of client.alerts({ signal: ended.signal })) throw new Error(message.id);
  expect(ended.signal.aborted).toBe(true);
});
