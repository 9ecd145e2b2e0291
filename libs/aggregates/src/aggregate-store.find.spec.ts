import { MemoryEventStore, MemoryLog, type ReadStreamOptions } from '#event-store';
import { ManualClock, type TenantId } from '#kernel';
import { at, commandMeta } from '#testing';
import { add, ID, open, tenantId } from '../test/till.js';

/** Counts what is asked of it, and can hold an answer back. */
class SlowStore extends MemoryEventStore {
  reads = 0;
  answer: Promise<unknown> = Promise.resolve();

  override async readStream(stream: string, options?: ReadStreamOptions) {
    this.reads += 1;
    const { answer } = this;
    const recorded = await super.readStream(stream, options);
    await answer;
    return recorded;
  }
}

const twoProcesses = async () => {
  const log = new MemoryLog();
  const clock = new ManualClock(at('00:00'));
  const store = new SlowStore(log);
  const [here, there] = [open(log, store, clock), open(log, new MemoryEventStore(log), clock)];
  await there.change(ID, commandMeta(), add(1));
  expect(await here.find(tenantId, ID)).toMatchObject({ state: { total: 1 } });
  await there.change(ID, commandMeta(), add(1));
  return { clock, store, here, there };
};

describe('finding what another process has changed', () => {
  it('takes a second at most', async () => {
    const { clock, here } = await twoProcesses();
    clock.advance(999);
    expect(await here.find(tenantId, ID)).toMatchObject({ revision: 0n });
    clock.advance(1);
    expect(await here.find(tenantId, ID)).toEqual({ state: { total: 2 }, revision: 1n, position: '2' });
  });

  it('asks the store once a second, however often it is asked', async () => {
    const { clock, here, store } = await twoProcesses();
    store.reads = 0;
    for (let ms = 0; ms < 3_000; ms += 100) {
      clock.advance(100);
      await here.find(tenantId, ID);
    }
    expect(store.reads).toBe(3);
  });

  it('takes no longer on a clock that was put back', async () => {
    const { clock, here } = await twoProcesses();
    clock.advance(-60_000);
    expect(await here.find(tenantId, ID)).toMatchObject({ revision: 1n });
  });

  it('takes no time for who knows that there is more', async () => {
    const { here } = await twoProcesses();
    expect(await here.find(tenantId, ID, ({ revision }) => revision >= 1n)).toMatchObject({ revision: 1n });
  });

  it('never finds less than this process has written, however slow a read was', async () => {
    const { here, store } = await twoProcesses();
    let goOn: () => void = () => undefined;
    store.answer = new Promise<void>((resolve) => (goOn = resolve));
    const finding = here.find(tenantId, ID, () => false);
    store.answer = Promise.resolve();
    const written = await here.change(ID, commandMeta(), add(5));
    goOn();
    expect((await finding)?.revision).toBe(written.revision);
    expect(await here.find(tenantId, ID)).toMatchObject({ state: { total: 7 } });
  });
});

describe('whether an aggregate exists', () => {
  it('is asked of the store until it does, then never again', async () => {
    const log = new MemoryLog();
    const clock = new ManualClock(at('00:00'));
    const store = new SlowStore(log);
    const [here, there] = [open(log, store, clock), open(log)];
    expect(await here.exists(tenantId, ID)).toBe(false);
    await there.change(ID, commandMeta(), add(1));
    expect(await here.exists(tenantId, ID)).toBe(true);
    clock.advance(60_000);
    store.reads = 0;
    expect(await here.exists(tenantId, ID)).toBe(true);
    expect(store.reads).toBe(0);
    expect(await here.exists('adatum' as TenantId, ID)).toBe(false);
  });
});
