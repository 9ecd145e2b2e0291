import { ImportService } from './import-service.js';

const problem = (code: string, more: object = {}) => ({ type: `/problems/${code}`, detail: `It is ${code}.`, ...more });
const line = (answer: object): string => JSON.stringify(answer);
const whole = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

/** A service that answers as told, one answer after the other, and a clock that does not wait. */
const told = (...answers: readonly (Response | Error)[]) => {
  const rest = answers.values();
  const waited: number[] = [];
  const asked = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
    const next = rest.next().value ?? new Error('nobody there');
    if (next instanceof Response) return next;
    throw next;
  });
  const address = { url: 'http://127.0.0.1:9', key: 'key' };
  const service = new ImportService(address, async (ms) => void waited.push(ms));
  return { service, waited, asked };
};
const lines = (...answers: readonly object[]) => new Response(answers.map(line).join('\n'), { status: 200 });
const ticket = { externalId: '1' };

afterEach(() => jest.restoreAllMocks());

describe('tickets that are sent', () => {
  it('are imported, there already or rejected, in their order', async () => {
    const wrong = [{ pointer: '#/impact', code: 'is-in', detail: 'No.' }];
    const { service } = told(
      lines(
        { status: 201 },
        { status: 201, replayed: true },
        { status: 422, body: problem('validation', { errors: wrong }) },
        { status: 409, body: problem('idempotency-key-reused') },
        { status: 413, body: problem('too-large') },
      ),
    );
    expect(await service.send([ticket, ticket, ticket, ticket, ticket])).toEqual([
      { is: 'imported' },
      { is: 'there' },
      { is: 'rejected', errors: wrong },
      { is: 'rejected', errors: [expect.objectContaining({ pointer: '#/externalId', code: 'imported-otherwise' })] },
      { is: 'rejected', errors: [{ pointer: '#', code: 'too-large', detail: 'It is too-large.' }] },
    ]);
  });

  it('are sent again when there was no time for them, after the time that the answer names', async () => {
    const { service, waited, asked } = told(
      whole(429, problem('rate-limited'), { 'retry-after': '7' }),
      new Error('reset'),
      lines({ status: 201 }, { status: 503, body: problem('outcome-unknown'), retryAfter: 3 }),
      lines({ status: 201 }),
    );
    expect(await service.send([ticket, ticket])).toEqual([{ is: 'imported' }, { is: 'imported' }]);
    expect([waited, asked.mock.calls.length]).toEqual([[7_000, 1_000, 3_000], 4]);
  });

  it('are sent again when the answer broke off in the middle', async () => {
    const { service } = told(new Response('{"status":201}\n{"stat', { status: 200 }), lines({ status: 201 }));
    expect(await service.send([ticket, ticket])).toEqual([{ is: 'imported' }, { is: 'imported' }]);
  });

  it('are not given up one by one when nobody answers', async () => {
    const { service, waited } = told();
    await expect(service.send([ticket, ticket])).rejects.toThrow(/takes no tickets at the moment .*nobody there/);
    expect(waited).toHaveLength(7);
  });

  it.each([401, 403])('end with the first one that the key may not send: %i', async (status) => {
    const { service } = told(lines({ status, body: problem('forbidden') }));
    await expect(service.send([ticket])).rejects.toThrow('It is forbidden.');
  });
});
