import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BatchLine } from './batch-line.js';
import { readLines } from './batch-line.js';
import { type LineAnswer, type LineResult, runBatch, type SendCommand } from './run-batch.js';

const line = (key: string, path: string, more: Partial<BatchLine> = {}): string =>
  JSON.stringify({ key, method: 'POST', path, body: {}, ...more });

const made = (id: string): LineAnswer => ({ status: 201, body: { id }, replayed: false });

const run = async (lines: readonly string[], send: SendCommand) => {
  const results: LineResult[] = [];
  for await (const result of runBatch(readLines(lines.join('\n')), send)) results.push(result);
  return results;
};

/** Notes what begins and ends when, and lets others go first in between. */
const traced = () => {
  const trace: string[] = [];
  const send = async ({ key }: BatchLine, path: string): Promise<LineAnswer> => {
    trace.push(`${key}+`);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    trace.push(`${key}- ${path}`);
    return made(`id of ${key}`);
  };
  return { trace, send };
};

describe('a batch', () => {
  it('answers every line in its order, by its number in the file, blank lines counted', async () => {
    const { send } = traced();
    const results = await run(['', line('a', '/v1/service-requests'), '  ', line('b', '/v1/service-requests')], send);
    expect(results).toEqual([
      { line: 2, key: 'a', ...made('id of a') },
      { line: 4, key: 'b', ...made('id of b') },
    ]);
  });

  it('runs what is of several requests side by side, and of one request in order', async () => {
    const { trace, send } = traced();
    await run(
      [
        line('a', '/v1/service-requests'),
        line('b', '/v1/service-requests'),
        line('a2', '/v1/service-requests/{a}/notes'),
      ],
      send,
    );
    expect(trace.slice(0, 2)).toEqual(['a+', 'b+']);
    expect(trace.at(-1)).toBe('a2- /v1/service-requests/id%20of%20a/notes');
  });

  it('runs tickets that come in whole side by side', async () => {
    const { trace, send } = traced();
    await run(
      ['a', 'b', 'c'].map((key) => line(key, '/v1/imports')),
      send,
    );
    expect(trace.slice(0, 3)).toEqual(['a+', 'b+', 'c+']);
  });

  it.each(['/v1/customers/contoso', '/v1/service-requests/x/merges', '/v1/service-requests/x/merges?y'])(
    'lets nothing overtake %s, which others may build on',
    async (path) => {
      const { trace, send } = traced();
      await run([line('a', '/v1/service-requests'), line('b', path), line('c', '/v1/service-requests')], send);
      expect(trace.map((step) => step.split(' ', 1)[0])).toEqual(['a+', 'a-', 'b+', 'b-', 'c+', 'c-']);
    },
  );

  it('says of one wrong line what is wrong with it, and runs the others', async () => {
    const { trace, send } = traced();
    const wrong = ['{"key":', '7', line('x', '/v1/batches'), line('y', '/v1/alerts', { method: 'GET' as 'POST' })];
    const results = await run([line('a', '/v1/service-requests'), ...wrong, line('a', '/v1/alerts/1/snooze')], send);
    expect(results.map(({ status }) => status)).toEqual([201, 422, 422, 422, 422, 422]);
    expect(results[1]?.body).toMatchObject({ errors: [{ code: 'not-json' }] });
    expect(results[5]?.body).toMatchObject({ errors: [{ pointer: '#/key', code: 'repeated-key' }] });
    expect(results.map(({ key }) => key)).toEqual(['a', undefined, undefined, 'x', 'y', 'a']);
    expect(trace).toHaveLength(2);
  });

  it('does not run what builds on a line that failed, comes later or is not there', async () => {
    const failing = () => Promise.resolve({ status: 409, body: { type: '/problems/x' }, replayed: false });
    const lines = [
      line('late', '/v1/service-requests/{a}/notes'),
      line('a', '/v1/service-requests'),
      line('b', '/v1/service-requests/{a}/notes'),
      line('wrong', '/v2/service-requests'),
      line('c', '/v1/service-requests/{wrong}/notes'),
    ];
    const results = await run(lines, failing);
    expect(results.map(({ status }) => status)).toEqual([422, 409, 424, 422, 424]);
  });

  it.each(['/v1/service-requests', '/v1/sla/quote'])('keeps no answer of %s that was given', async (path) => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const bodies: WeakRef<object>[] = [];
    const send = async (): Promise<LineAnswer> => {
      const answer = made('as large as it may be');
      bodies.push(new WeakRef(answer.body as object));
      return answer;
    };
    const lines = Array.from({ length: 200 }, (_, index) => line(`${index}`, path));
    const results = runBatch(readLines(lines.join('\n')), send);
    for (let given = 0; given < 150; given += 1) await results.next();
    // What a promise was for is let go of a turn later.
    await new Promise(setImmediate);
    collectGarbage();
    expect(bodies.slice(0, 140).filter((body) => body.deref() !== undefined)).toHaveLength(0);
    await results.return(undefined);
  });
});
