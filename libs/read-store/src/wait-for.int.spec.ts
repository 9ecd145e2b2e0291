import type { Kysely } from 'kysely';
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

  it('gives up on a position that is not reached, or a read model that is not there', async () => {
    await at.start(tallyProjection().projection);
    const checkpoints = at.reader as unknown as Kysely<CheckpointSchema>; // each part sees its own tables
    expect(await waitForPosition(checkpoints, 'tallies', '1', 20)).toBe(false);
    expect(await waitForPosition(checkpoints, 'nothing', '0', 20)).toBe(false);
  });
});
