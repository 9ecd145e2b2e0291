import type { Kysely, KyselyPlugin } from 'kysely';
import { projecting } from '../test/projecting.js';
import { tallyProjection } from '../test/tallies.js';
import type { CheckpointSchema } from './checkpoints.js';
import { waitForPosition } from './wait-for.js';

describe('waiting for a position', () => {
  let at: Awaited<ReturnType<typeof projecting>>;

  beforeEach(async () => {
    at = await projecting();
  });

  afterEach(() => at.end());

  it('is over at once for a position that was passed', async () => {
    await at.start(tallyProjection().projection);
    await at.seen(await at.append('Added', 'Added'));
    for (const position of ['1', '2']) expect(await at.seen(position)).toBe(true);
  });

  it('ends when the read model gets there', async () => {
    const waiting = at.seen('1');
    await at.start(tallyProjection().projection);
    await at.append('Added');
    expect(await waiting).toBe(true);
  });

  it('costs as much for many who wait as for one', async () => {
    await at.start(tallyProjection().projection);
    let asked = 0;
    const counter: KyselyPlugin = {
      transformQuery: ({ node }) => {
        asked += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const checkpoints = at.reader.withPlugin(counter) as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
    const waiting = Array.from({ length: 200 }, () => waitForPosition(checkpoints, 'tallies', '1', 100));
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([false]));
    // Each looks once by itself before it joins the others, who look every 4 ms.
    expect(asked).toBeLessThan(200 + 2 * 25);
  });

  it('gives up on a position that is not reached, or a read model that is not there', async () => {
    await at.start(tallyProjection().projection);
    const checkpoints = at.reader as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
    expect(await waitForPosition(checkpoints, 'tallies', '1', 20)).toBe(false);
    expect(await waitForPosition(checkpoints, 'nothing', '0', 20)).toBe(false);
  });
});
