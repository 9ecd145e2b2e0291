import { MemoryEventStore, MemoryLog } from '#event-store';
import { at, commandMeta } from '#testing';
import { add, added, fillTo, fixture, ID, keyed, open, STREAM, tenantId } from '../test/till.js';

const OTHER_ID = 'till-2';
const REUSED = { kind: 'conflict', code: 'idempotency-key-reused' };

describe('a command that comes again with its key (G4)', () => {
  it('gets its first answer again, also after later changes, and has one effect', async () => {
    const { here, events } = fixture();
    const first = await here.change(ID, keyed('k', 'body'), () => [added(1), added(2)]);
    await here.change(ID, commandMeta(), add(10));
    await here.change(ID, keyed('l', 'body'), add(20));
    expect(await here.change(ID, keyed('k', 'body'), add(1))).toEqual({ ...first, replayed: true });
    expect(await events.readStream(STREAM)).toHaveLength(4);
  });

  it('gets it from any process, and after a restart', async () => {
    const { here, there, log } = fixture();
    await there.change(ID, commandMeta(), add(100));
    const first = await here.change(ID, keyed('k', 'body'), add(1));
    expect(await there.change(ID, keyed('k', 'body'), add(1))).toMatchObject({
      state: first.state,
      revision: first.revision,
    });
    expect(await open(log).change(ID, keyed('k', 'body'), fillTo(0))).toEqual({ ...first, replayed: true });
  });

  it('gets it where it would be refused by now, though memory does not know of it', async () => {
    const { here, there } = fixture();
    await here.change(ID, commandMeta(), add(5));
    const first = await there.change(ID, keyed('k', 'body'), add(1));
    expect(await here.change(ID, keyed('k', 'body'), fillTo(3))).toEqual({ ...first, replayed: true });
  });

  it('gets it before its revision is looked at', async () => {
    const { here } = fixture();
    await here.change(ID, commandMeta(), add(1));
    const first = await here.change(ID, keyed('k', 'body'), add(1), { ifRevision: 0n });
    expect(await here.change(ID, keyed('k', 'body'), add(1), { ifRevision: 0n })).toEqual({ ...first, replayed: true });
  });

  it('is refused with another body, in any process', async () => {
    const { here, there } = fixture();
    await here.change(ID, keyed('k', 'body'), add(1));
    for (const store of [here, there])
      await expect(store.change(ID, keyed('k', 'other'), add(2))).rejects.toMatchObject({
        kind: 'conflict',
        code: 'idempotency-key-reused',
      });
    expect(await here.find(tenantId, ID)).toMatchObject({ revision: 0n });
  });

  it('is refused with another body, though it is filed as new by a process without memory of it', async () => {
    const { here, there } = fixture();
    await here.change(ID, keyed('k', 'body'), add(1), { isNew: true });
    await expect(there.change(ID, keyed('k', 'other'), add(2), { isNew: true })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
  });

  it('has one effect when both come at once', async () => {
    const { here, there, events } = fixture();
    await Promise.all(
      [here, there, here].map((store) => store.change(ID, keyed('k', 'body'), add(1), { isNew: true })),
    );
    expect(await events.readStream(STREAM)).toHaveLength(1);
  });
});

describe('a key that was used for another aggregate (G4)', () => {
  it.each([
    ['the same body', 'body'],
    ['another body', 'other'],
  ])('is refused with %s, in any process, and nothing is recorded', async (_, fingerprint) => {
    const { here, there, log } = fixture();
    await here.change(ID, keyed('k', 'body'), add(1));
    await here.change(OTHER_ID, commandMeta(), add(5));
    const before = log.all.length;
    for (const store of [here, there]) {
      await expect(store.change(OTHER_ID, keyed('k', fingerprint), add(1))).rejects.toMatchObject(REUSED);
      await expect(store.change(OTHER_ID, keyed('k', fingerprint), fillTo(5))).rejects.toMatchObject(REUSED);
      await expect(store.change('new', keyed('k', fingerprint), add(1), { isNew: true })).rejects.toMatchObject(REUSED);
    }
    expect(log.all).toHaveLength(before);
    expect(await here.find(tenantId, OTHER_ID)).toMatchObject({ state: { total: 5 } });
  });

  it('is carried out on one of two when both come at once, in two processes', async () => {
    const { here, there, log } = fixture();
    const outcomes = await Promise.allSettled([
      here.change(ID, keyed('k', 'one'), add(1)),
      there.change(OTHER_ID, keyed('k', 'two'), add(1)),
    ]);
    expect(outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))).toEqual([
      expect.objectContaining(REUSED),
    ]);
    expect(log.all).toHaveLength(1);
  });

  it('is free again after a refusal: nothing was recorded with it', async () => {
    const { here } = fixture();
    await here.change(ID, commandMeta(), add(5));
    await expect(here.change(ID, keyed('k', 'body'), fillTo(3))).rejects.toMatchObject({ code: 'too-full' });
    expect(await here.change(OTHER_ID, keyed('k', 'other'), fillTo(3))).toMatchObject({ state: { total: 3 } });
  });
});

describe('a keyed command that changes nothing (G4)', () => {
  const full = async () => {
    const context = fixture();
    await context.here.change(ID, commandMeta(), add(5));
    return context;
  };

  it('is recorded as that, with who sent it, and changes no state', async () => {
    const { here, events } = await full();
    const meta = keyed('k', 'body');
    const change = await here.change(ID, meta, fillTo(5));
    expect(change).toEqual({ state: { total: 5 }, revision: 1n, position: '2', replayed: false });
    const [, noted] = await events.readStream(STREAM);
    expect(noted).toMatchObject({ type: 'CommandHadNoEffect', data: {}, meta, recordedAt: at('00:00') });
  });

  it('has no effect when it comes again either, whatever others did since, in any process', async () => {
    const { here, there, log } = await full();
    const first = await here.change(ID, keyed('k', 'body'), fillTo(5));
    await there.change(ID, commandMeta(), add(-3));
    for (const store of [here, there, open(log)])
      expect(await store.change(ID, keyed('k', 'body'), fillTo(5))).toEqual({ ...first, replayed: true });
    await there.change(ID, commandMeta(), add(30));
    expect(await there.change(ID, keyed('k', 'body'), fillTo(5))).toEqual({ ...first, replayed: true });
    expect(await there.find(tenantId, ID)).toMatchObject({ state: { total: 32 }, revision: 3n });
  });

  it('holds its key against another body and another aggregate', async () => {
    const { here, there } = await full();
    await here.change(ID, keyed('k', 'body'), fillTo(5));
    await expect(there.change(ID, keyed('k', 'other'), add(1))).rejects.toMatchObject(REUSED);
    await expect(there.change(OTHER_ID, keyed('k', 'body'), add(1))).rejects.toMatchObject(REUSED);
  });

  it('has an effect after all when it was decided on an old memory', async () => {
    const { here, there } = await full();
    await there.change(ID, commandMeta(), add(-3));
    expect(await here.change(ID, keyed('k', 'body'), fillTo(5))).toMatchObject({ state: { total: 5 }, revision: 2n });
  });

  it('is recorded once when both copies come at once', async () => {
    const { here, there, events } = await full();
    const changes = await Promise.all(
      [here, there, here].map((store) => store.change(ID, keyed('k', 'body'), fillTo(5))),
    );
    expect(new Set(changes.map(({ revision }) => revision))).toEqual(new Set([1n]));
    expect(await events.readStream(STREAM)).toHaveLength(2);
  });

  it('makes nothing where nothing is', async () => {
    const { here, log } = fixture();
    expect(await here.change(ID, keyed('k', 'body'), () => [])).toMatchObject({ revision: -1n });
    expect(log.all).toEqual([]);
  });

  it('stops the reader in a shape that was never defined', async () => {
    const { here, log, events } = await full();
    await here.change(ID, keyed('k', 'body'), fillTo(5));
    const [, noted] = await events.readStream(STREAM);
    if (noted === undefined) throw new Error('The no-op was not recorded.');
    const later = new MemoryLog();
    await new MemoryEventStore(later).append(STREAM, 'none', [{ ...noted, schemaVersion: 2 }]);
    await expect(open(later).find(tenantId, ID)).rejects.toThrow(/CommandHadNoEffect v2 is not known/);
    expect(await open(log).find(tenantId, ID)).toMatchObject({ state: { total: 5 } });
  });
});
