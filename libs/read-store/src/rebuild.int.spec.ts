import { eventually } from '#testing';
import { projecting } from '../test/projecting.js';
import { tallyProjection, type TallySchema } from '../test/tallies.js';
import type { Projection } from './projection.js';

describe('rebuilding (G6)', () => {
  let at: Awaited<ReturnType<typeof projecting>>;

  beforeEach(async () => {
    at = await projecting();
  });

  afterEach(() => at.end());

  it('comes to the same rows in tables of their own, and leaves none behind', async () => {
    const projector = await at.start(tallyProjection().projection);
    await at.seen(await at.append('Added', 'Added', 'Added'));
    const before = await at.rows();
    await projector.rebuild(1);
    expect(await at.rows()).toEqual(before);
    expect(await at.row()).toMatchObject({ generation: 2, position: '3', state: 'live', rebuilds: 1 });
    expect(await at.tables()).toEqual(['tallies_g2']);
  });

  it('carries each request out once, however often it is told of it', async () => {
    const projector = await at.start(tallyProjection().projection);
    await projector.rebuild(2);
    await projector.rebuild(2);
    await projector.rebuild(1);
    expect(await at.row()).toMatchObject({ generation: 2, rebuilds: 2 });
  });

  it('lets the old rows serve and follow meanwhile', async () => {
    const projector = await at.start(tallyProjection().projection);
    await at.seen(await at.append('Added'));
    const openGate = at.events.closeGate();
    const rebuilt = projector.rebuild(1);
    await eventually(async () => (await at.row())?.state === 'rebuilding');
    const meanwhile = await at.append('Added', 'Added');
    expect(await at.seen(meanwhile)).toBe(true);
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 4 }]);
    expect(await at.row()).toMatchObject({ generation: 1, state: 'rebuilding' });
    openGate();
    await rebuilt;
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 4 }]);
    expect(await at.row()).toMatchObject({ generation: 2, position: meanwhile, state: 'live' });
  });

  it('leaves no event out and none double while others append, and no reader ever sees less', async () => {
    const { projection, applied } = tallyProjection();
    const projector = await at.start(projection);
    await at.append('Added');
    const ended = new AbortController();
    const rebuilt = projector.rebuild(1).finally(() => ended.abort());
    const totals: number[] = [];
    let last = '0';
    for (let appends = 0; appends < 50 || !ended.signal.aborted; appends += 1) {
      last = await at.append('Added');
      totals.push((await at.rows())[0]?.total ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rebuilt;
    expect(await at.seen(last)).toBe(true);
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: Number(last) }]);
    expect(applied.filter((entry) => entry.startsWith('g2:'))).toEqual(
      Array.from({ length: Number(last) }, (_, index) => `g2:${index + 1}`),
    );
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
  });

  it('goes on following after the swap', async () => {
    const projector = await at.start(tallyProjection().projection);
    await projector.rebuild(1);
    expect(await at.seen(await at.append('Added'))).toBe(true);
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 1 }]);
  });

  it('never moves the checkpoint of the serving rows back, so that a crash meanwhile applies nothing twice', async () => {
    const { projection, applied } = tallyProjection();
    const slow: Projection<TallySchema> = {
      ...projection,
      async createTables(database, generation) {
        await projection.createTables(database, generation);
        if (generation.number > 1) await at.seen(await at.append('Added'));
      },
    };
    const projector = await at.start(slow);
    await at.seen(await at.append('Added'));
    const openGate = at.events.closeGate();
    const rebuilt = projector.rebuild(1);
    await eventually(async () => (await at.row())?.state === 'rebuilding');
    expect(await at.row()).toMatchObject({ generation: 1, position: '2' });
    expect(applied).toEqual(['g1:1', 'g1:2']);
    openGate();
    await rebuilt;
  });

  it('that fails leaves the serving rows following, and is tried again when asked', async () => {
    const { projection } = tallyProjection();
    let broken = true;
    const projector = await at.start({
      ...projection,
      apply: (database, generation, batch) =>
        broken && generation.number > 1
          ? Promise.reject(new Error('Disk full'))
          : projection.apply(database, generation, batch),
    });
    await at.seen(await at.append('Added'));
    await projector.rebuild(1);
    expect(await at.row()).toMatchObject({ generation: 1, state: 'live', rebuilds: 0 });
    expect(at.logged.join()).toContain('Rebuilding tallies failed; the one before goes on: Disk full');
    expect(await at.seen(await at.append('Added'))).toBe(true);
    expect(await at.tables()).toEqual(['tallies_g1']);
    broken = false;
    await projector.rebuild(1);
    expect(await at.row()).toMatchObject({ generation: 2, state: 'live', rebuilds: 1 });
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 2 }]);
  });

  it('does not mend what cannot be read: the projection stays stopped, with the reason', async () => {
    const projector = await at.start(tallyProjection().projection);
    await at.append('Unheard');
    await eventually(async () => (await at.row())?.state === 'stopped');
    await projector.rebuild(1);
    await eventually(async () => (await at.row())?.state === 'stopped');
    expect((await at.row())?.reason).toContain('Unheard');
  });
});
