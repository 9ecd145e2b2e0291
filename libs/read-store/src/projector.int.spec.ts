import { sql } from 'kysely';
import { eventually, newEvents } from '#testing';
import { projecting } from '../test/projecting.js';
import { tallyProjection } from '../test/tallies.js';

describe('projector', () => {
  let at: Awaited<ReturnType<typeof projecting>>;

  beforeEach(async () => {
    at = await projecting();
  });

  afterEach(() => at.end());

  it('catches up, then follows', async () => {
    await at.append('Added', 'Added');
    await at.start(tallyProjection().projection);
    expect(await at.seen('2')).toBe(true);
    expect(await at.seen(await at.append('Added'))).toBe(true);
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 4 }]);
    expect(await at.row()).toMatchObject({ version: 1, generation: 1, position: '3', state: 'live', reason: null });
  });

  it('serves an empty read model while there are no events', async () => {
    await at.start(tallyProjection().projection);
    expect(await at.rows()).toEqual([]);
    await eventually(async () => (await at.row())?.state === 'live');
    expect(await at.row()).toMatchObject({ position: '0' });
  });

  it('tells that it is being built until it has caught up for the first time, across a restart too', async () => {
    await at.append('Added', 'Added');
    const { projection } = tallyProjection();
    let openGate = (): void => undefined;
    const gate = new Promise<void>((resolve) => (openGate = resolve));
    const apply: typeof projection.apply = async (...batch) => {
      await gate;
      await projection.apply(...batch);
    };
    const first = await at.start({ ...projection, apply });
    expect(await at.row()).toMatchObject({ state: 'building' });
    openGate();
    await eventually(async () => (await at.row())?.state === 'live');
    await first.stop();
    await at.start({ ...projection, version: 2, apply: () => Promise.reject(new Error('Not yet')) });
    await eventually(async () => (await at.row())?.state === 'stopped');
    expect(await at.row()).toMatchObject({ version: 2, position: '0' });
  });

  it('moves rows and checkpoint together: of a batch that fails neither is kept', async () => {
    await at.start(tallyProjection().projection);
    await at.seen(await at.append('Added'));
    await at.append('Added', 'Unheard');
    await eventually(async () => (await at.row())?.state === 'stopped');
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 1 }]);
    expect(await at.row()).toMatchObject({ position: '1' });
  });

  it('stops at an event that it does not know, with the reason, and the others go on', async () => {
    const deaf = tallyProjection({ table: 'copies' });
    await at.start(tallyProjection().projection);
    await at.start({ ...deaf.projection, apply: async () => undefined });
    await at.append('Unheard');
    const last = await at.append('Added');
    await eventually(async () => (await at.row())?.state === 'stopped');
    expect((await at.row())?.reason).toContain('The event Unheard v1 is not known');
    expect(at.logged.join()).toContain('The projection tallies has stopped');
    expect(await at.seen(last, 'copies')).toBe(true);
    expect(await at.row('copies')).toMatchObject({ state: 'live', reason: null });
  });

  it('is given the events of its own kinds of streams only, and is past all the others too', async () => {
    const { projection, applied } = tallyProjection();
    await at.start(projection);
    await at.append('Added');
    const { position } = await at.events.append('other-1', 'none', newEvents(3));
    expect(await at.seen(position)).toBe(true);
    expect(applied).toEqual(['g1:1']);
    expect(await at.row()).toMatchObject({ position: '4', applied: '4' });
  });

  it('waits while the disk is full, which also rolls back by itself, and then goes on without a loss', async () => {
    const { projection } = tallyProjection();
    const room = (pages: number) => sql`PRAGMA max_page_count = ${sql.raw(String(pages))}`;
    await at.start({
      ...projection,
      apply: async (database, generation, events) => {
        await projection.apply(database, generation, events);
        await sql`CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)`.execute(database);
        await sql`INSERT INTO ballast (bytes) VALUES (zeroblob(1000000))`.execute(database);
      },
    });
    await room(100).execute(at.writer);
    const last = await at.append('Added', 'Added');
    await eventually(() => at.logged.join().includes('cannot write and tries again'));
    expect(await at.rows()).toEqual([]);
    await room(100_000).execute(at.writer);
    expect(await at.seen(last)).toBe(true);
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 3 }]);
    expect(await at.row()).toMatchObject({ state: 'live', reason: null });
  });

  it('ends at once while it builds beside the serving one, which is then built at the next start', async () => {
    const projector = await at.start(tallyProjection().projection);
    await at.seen(await at.append('Added'));
    at.events.closeGate();
    const rebuilt = projector.rebuild(1);
    await eventually(async () => (await at.row())?.state === 'rebuilding');
    await projector.stop();
    await rebuilt;
    expect(await at.row()).toMatchObject({ generation: 1, rebuilds: 0 });
  });

  it('goes on after a restart from where it was, and applies nothing twice', async () => {
    const before = tallyProjection();
    const projector = await at.start(before.projection);
    await at.seen(await at.append('Added', 'Added'));
    await projector.stop();
    const last = await at.append('Added');
    const after = tallyProjection();
    await at.start(after.projection);
    expect(await at.seen(last)).toBe(true);
    expect([before.applied, after.applied]).toEqual([['g1:1', 'g1:2'], ['g1:3']]);
    expect(await at.rows()).toEqual([{ stream: 'till-1', total: 4 }]);
  });

  it('starts over in a new generation when its version was raised', async () => {
    const projector = await at.start(tallyProjection().projection);
    const last = await at.append('Added', 'Added');
    await at.seen(last);
    await projector.stop();
    const raised = tallyProjection({ version: 2 });
    await at.start(raised.projection);
    expect(await at.seen(last)).toBe(true);
    expect(raised.applied).toEqual(['g2:1', 'g2:2']);
    expect(await at.row()).toMatchObject({ version: 2, generation: 2, state: 'live' });
    expect(await at.tables()).toEqual(['tallies_g2']);
  });
});
