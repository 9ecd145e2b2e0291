import {
  type AppendResult,
  type ExpectedRevision,
  MemoryEventStore,
  MemoryLog,
  type NewEvent,
  OutcomeUnknownError,
  StoreUnavailableError,
} from '#event-store';
import { DomainError, eventIdOf, type TenantId } from '#kernel';
import { at, commandMeta } from '#testing';
import { add, added, fillTo, fixture, ID, keyed, open, STREAM, tenantId, type Total } from '../test/till.js';

const other = 'adatum' as TenantId;

describe('aggregate store', () => {
  it('finds nothing before the first event, then the state with its revision and position', async () => {
    const { here } = fixture();
    expect(await here.find(tenantId, ID)).toBeUndefined();
    const change = await here.change(ID, commandMeta(), () => [added(1), added(2)]);
    expect(change).toEqual({ state: { total: 3 }, revision: 1n, position: '2', replayed: false });
    expect(await here.find(tenantId, ID)).toEqual({ state: { total: 3 }, revision: 1n, position: '2' });
  });

  it("never finds another tenant's (G9)", async () => {
    const { here } = fixture();
    await here.change(ID, commandMeta(), add(1));
    expect(await here.find(other, ID)).toBeUndefined();
    expect(await here.change(ID, commandMeta({ tenantId: other }), add(5))).toMatchObject({
      state: { total: 5 },
      revision: 0n,
    });
  });

  it('stamps each event with the command and an id derived from it', async () => {
    const { here, events } = fixture();
    const meta = commandMeta({ causationId: 'timer-1' });
    await here.change(ID, meta, () => [added(1), added(2)]);
    const recorded = await events.readStream(STREAM);
    expect(recorded.map(({ id }) => id)).toEqual([eventIdOf(meta.commandId, 0), eventIdOf(meta.commandId, 1)]);
    expect(recorded.map((event) => event.meta)).toEqual([meta, meta]);
    expect(recorded.map(({ recordedAt }) => recordedAt)).toEqual([at('00:00'), at('00:00')]);
  });

  it('records nothing that a decision refuses', async () => {
    const { here, events } = fixture();
    await here.change(ID, commandMeta(), add(5));
    await expect(here.change(ID, commandMeta(), fillTo(3))).rejects.toMatchObject({ code: 'too-full' });
    expect(await events.readStream(STREAM)).toHaveLength(1);
  });

  it('answers a decision that emits nothing with what is', async () => {
    const { here, events } = fixture();
    await here.change(ID, commandMeta(), add(5));
    const change = await here.change(ID, commandMeta(), fillTo(5));
    expect(change).toEqual({ state: { total: 5 }, revision: 0n, position: '1', replayed: false, unchanged: true });
    expect(await events.readStream(STREAM)).toHaveLength(1);
  });

  it('answers a decision that emits nothing on nothing with revision -1', async () => {
    const { here } = fixture();
    expect(await here.change(ID, commandMeta(), () => [])).toMatchObject({ revision: -1n, state: { total: 0 } });
  });

  it('carries commands on one aggregate out one after the other, in the order they came', async () => {
    const { here, events } = fixture();
    const changes = await Promise.all([1, 2, 3, 4].map((amount) => here.change(ID, commandMeta(), add(amount))));
    expect(changes.map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
    expect((await events.readStream(STREAM)).map(({ data }) => data)).toEqual(
      [1, 2, 3, 4].map((amount) => ({ amount })),
    );
  });

  it('goes on after a command that failed', async () => {
    const { here } = fixture();
    const failing = here.change(ID, commandMeta(), () => Promise.reject(new Error('Broken')));
    const following = here.change(ID, commandMeta(), add(1));
    await expect(failing).rejects.toThrow('Broken');
    expect(await following).toMatchObject({ state: { total: 1 } });
  });
});

describe('two writers on one aggregate (G5)', () => {
  it('decides again on what the faster one left', async () => {
    const { here, there, events } = fixture();
    await here.change(ID, commandMeta(), add(1));
    await there.change(ID, commandMeta(), add(2));
    const seen: number[] = [];
    const change = await here.change(ID, commandMeta(), (state) => {
      seen.push(state.total);
      return fillTo(10)(state);
    });
    expect(seen).toEqual([1, 3]);
    expect(change).toMatchObject({ state: { total: 10 }, revision: 2n, replayed: false });
    expect((await events.readStream(STREAM)).map(({ data }) => data['amount'])).toEqual([1, 2, 7]);
  });

  it('loses no update of two that race from the start', async () => {
    const { here, there, log } = fixture();
    const writers = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? here : there));
    await Promise.all(writers.map((writer) => writer.change(ID, commandMeta(), add(1), { isNew: true })));
    expect(await open(log).find(tenantId, ID)).toMatchObject({ state: { total: 10 }, revision: 9n });
  });

  it('gives up after ten lost races, with the conflict as the reason', async () => {
    const { here, there } = fixture();
    let decisions = 0;
    const lost = here.change(ID, commandMeta(), async () => {
      decisions += 1;
      await there.change(ID, commandMeta(), add(1));
      return [added(1)];
    });
    await expect(lost).rejects.toMatchObject({ name: 'WrongRevisionError' });
    expect(decisions).toBe(10);
  });

  it('takes no decision to do nothing on an old memory', async () => {
    const { here, there } = fixture();
    await here.change(ID, commandMeta(), add(5));
    await there.change(ID, commandMeta(), add(-2));
    expect(await here.change(ID, commandMeta(), fillTo(5))).toMatchObject({ state: { total: 5 }, revision: 2n });
  });

  it('refuses nothing on an old memory', async () => {
    const { here, there } = fixture();
    await here.change(ID, commandMeta(), add(5));
    await there.change(ID, commandMeta(), add(-4));
    expect(await here.change(ID, commandMeta(), fillTo(3))).toMatchObject({ state: { total: 3 }, revision: 2n });
  });

  it('decides again when another one has carried out the same command, which had no key, with other content', async () => {
    const { here, there, log } = fixture();
    const meta = commandMeta();
    const once = (amount: number) => (state: Total) => (state.total === 0 ? [added(amount)] : []);
    await there.change(ID, meta, once(1), { isNew: true });
    expect(await here.change(ID, meta, once(2), { isNew: true })).toMatchObject({ state: { total: 1 }, revision: 0n });
    expect(log.all).toHaveLength(1);
  });

  it('refuses nothing that is filed as new but is there already', async () => {
    const { here, there } = fixture();
    const mustBeThere = ({ total }: Total): readonly ReturnType<typeof added>[] => {
      if (total === 0) throw new DomainError('not-found', 'no-till', 'There is no such till.');
      return [added(1)];
    };
    await there.change(ID, commandMeta(), add(5));
    expect(await here.change(ID, commandMeta(), mustBeThere, { isNew: true })).toMatchObject({ state: { total: 6 } });
  });
});

describe('a command that states a revision', () => {
  it('is carried out at that revision only', async () => {
    const { here } = fixture();
    await here.change(ID, commandMeta(), add(1));
    expect(await here.change(ID, commandMeta(), add(1), { ifRevision: 0n })).toMatchObject({ revision: 1n });
    const late = here.change(ID, commandMeta(), add(1), { ifRevision: 0n });
    await expect(late).rejects.toMatchObject({ kind: 'precondition-failed', details: { currentRevision: 1n } });
  });

  it('is carried out on anything that exists, if it only says so', async () => {
    const { here } = fixture();
    await expect(here.change(ID, commandMeta(), add(1), { ifRevision: 'any' })).rejects.toMatchObject({
      kind: 'precondition-failed',
    });
    await here.change(ID, commandMeta(), add(1));
    expect(await here.change(ID, commandMeta(), add(1), { ifRevision: 'any' })).toMatchObject({ revision: 1n });
  });

  it('is refused where there is nothing, without a current revision', async () => {
    const { here } = fixture();
    const refused = here.change(ID, commandMeta(), add(1), { ifRevision: 0n });
    await expect(refused).rejects.toMatchObject({ kind: 'precondition-failed', details: {} });
    await expect(refused).rejects.not.toHaveProperty('details.currentRevision');
  });

  it('is judged by the store, not by an old memory, either way (G5)', async () => {
    const { here, there } = fixture();
    await here.change(ID, commandMeta(), add(1));
    await there.change(ID, commandMeta(), add(1));
    const old = here.change(ID, commandMeta(), add(1), { ifRevision: 0n });
    await expect(old).rejects.toMatchObject({ kind: 'precondition-failed', details: { currentRevision: 1n } });
    await there.change(ID, commandMeta(), add(1));
    expect(await here.change(ID, commandMeta(), add(1), { ifRevision: 2n })).toMatchObject({ revision: 3n });
  });
});

/** Writes, and leaves the writer without an answer as often as told. */
class ForgetfulStore extends MemoryEventStore {
  readonly appends: (readonly NewEvent[])[] = [];
  unanswered = 0;

  override async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    this.appends.push(events);
    const result = await super.append(stream, expected, events);
    if (this.unanswered === 0) return result;
    this.unanswered -= 1;
    throw new OutcomeUnknownError('No answer.');
  }
}

describe('an append without an answer', () => {
  it('is repeated once as it was, and recorded once', async () => {
    const log = new MemoryLog();
    const events = new ForgetfulStore(log);
    events.unanswered = 1;
    const till = open(log, events);
    let decisions = 0;
    const change = await till.change(ID, commandMeta(), () => {
      decisions += 1;
      return [added(1), added(2)];
    });
    expect(change).toEqual({ state: { total: 3 }, revision: 1n, position: '2', replayed: false });
    expect(decisions).toBe(1);
    expect(events.appends).toHaveLength(2);
    expect(events.appends[1]).toEqual(events.appends[0]);
    expect(log.all).toHaveLength(2);
  });

  it('is left to the caller when it stays unanswered; the same command settles it', async () => {
    const log = new MemoryLog();
    const events = new ForgetfulStore(log);
    events.unanswered = 2;
    const till = open(log, events);
    await expect(till.change(ID, keyed('k', 'body'), add(1))).rejects.toThrow(OutcomeUnknownError);
    expect(events.appends).toHaveLength(2);
    expect(await till.change(ID, keyed('k', 'body'), add(1))).toMatchObject({ state: { total: 1 }, replayed: true });
    expect(log.all).toHaveLength(1);
  });

  it('is not repeated when the store refused it', async () => {
    const log = new MemoryLog();
    const events = new ForgetfulStore(log);
    const till = open(log, events);
    await till.change(ID, commandMeta(), add(1));
    events.goDown();
    await expect(till.change(ID, commandMeta(), add(1))).rejects.toThrow(StoreUnavailableError);
    expect(events.appends).toHaveLength(2);
    events.comeBack();
    expect(await till.change(ID, commandMeta(), add(1))).toMatchObject({ state: { total: 2 } });
  });
});
