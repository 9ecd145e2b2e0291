import { eventually } from '#testing';
import { asText } from './as-text.js';
import type { LineResult } from './run-batch.js';

async function* answers(): AsyncGenerator<LineResult> {
  for (const line of [1, 2, 3]) yield { line, status: 201 };
}

describe('the answers of a batch', () => {
  it('are a line each', async () => {
    const lines: string[] = [];
    for await (const line of asText(answers(), () => undefined)) lines.push(line);
    expect(lines).toEqual([1, 2, 3].map((line) => `{"line":${line},"status":201}\n`));
  });

  it('are given up when nobody asks for the next one, and not before', async () => {
    let stalls = 0;
    const text = asText(answers(), () => (stalls += 1), 20);
    await text.next();
    await text.next();
    expect(stalls).toBe(0);
    await eventually(() => stalls === 1, { what: 'the stall' });
    await text.return(undefined);
  });
});
