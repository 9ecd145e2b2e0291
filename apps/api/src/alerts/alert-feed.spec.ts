import { AlertStore, alertType } from '#alert';
import { MemoryEventStore, MemoryLog } from '#event-store';
import { type CommandId, eventIdOf, ManualClock, newUuid, type TenantId } from '#kernel';
import { ServiceRequestStore } from '#service-request';
import { at, commandMeta, eventually } from '#testing';
import { VisibleRequests } from '../service-requests/visible-requests.js';
import { AlertFeed } from './alert-feed.js';

const contoso = 'contoso' as TenantId;
const adatum = 'adatum' as TenantId;

/** A reader that notes the positions of what it is sent. */
const listen = (feed: AlertFeed, tenantId: TenantId, after?: string, seesFraud = true) => {
  const ended = new AbortController();
  const positions: number[] = [];
  let connected = false;
  const done = (async () => {
    for await (const text of feed.messages({ tenantId, seesFraud }, after, ended.signal)) {
      if (connected) positions.push(...[...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)));
      connected = true;
    }
  })();
  return { positions, isConnected: () => connected, done, end: () => ended.abort() };
};

describe('alert feed', () => {
  let events: MemoryEventStore;
  let feed: AlertFeed;

  const acknowledge = async (tenantId: TenantId, times = 1, type = 'AlertAcknowledged'): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      const commandId = newUuid() as CommandId;
      await events.append(`alert-${tenantId}.${commandId}`, 'none', [
        {
          id: eventIdOf(commandId, 0),
          type,
          schemaVersion: type === 'AlertAcknowledged' ? 1 : 9,
          recordedAt: at('00:00'),
          data: { alertId: commandId, acknowledgedAt: at('00:00') },
          meta: commandMeta({ commandId, tenantId }),
        },
      ]);
    }
  };

  beforeEach(() => {
    events = new MemoryEventStore(new MemoryLog());
    const clock = new ManualClock(at('00:00'));
    feed = new AlertFeed(
      events,
      new VisibleRequests(new ServiceRequestStore(events, clock), new AlertStore(events, clock)),
    );
  });
  afterEach(() => {
    feed.beforeApplicationShutdown();
  });

  it('begins now, and sends a tenant its own only (G9)', async () => {
    await acknowledge(contoso);
    const reader = listen(feed, contoso);
    await eventually(reader.isConnected);
    await acknowledge(contoso);
    await acknowledge(adatum);
    await acknowledge(contoso);
    await eventually(() => reader.positions.length === 2);
    expect(reader.positions).toEqual([2, 4]);
  });

  it('resumes anywhere, from the store or from what is at hand, without gap or double', async () => {
    await acknowledge(contoso, 1_200);
    const first = listen(feed, contoso, '0');
    await eventually(() => first.positions.length === 1_200);
    await acknowledge(contoso, 1_200);
    await eventually(() => first.positions.length === 2_400);
    const others = [0, 1_199, 1_200, 1_399, 1_400, 2_399].map((after) => ({
      after,
      ...listen(feed, contoso, String(after)),
    }));
    for (const { after, positions } of others) {
      await eventually(() => positions.length === 2_400 - after);
      expect(positions).toEqual(Array.from({ length: 2_400 - after }, (_, index) => after + index + 1));
    }
  });

  it('is sent each once that happens while a reader catches up', async () => {
    await acknowledge(contoso, 700);
    const writing = acknowledge(contoso, 700);
    const readers = ['0', '350', '699'].map((after) => listen(feed, contoso, after));
    await writing;
    for (const { positions } of readers) {
      await eventually(() => positions.at(-1) === 1_400);
      expect(positions).toEqual(
        Array.from({ length: positions.length }, (_, index) => 1_401 - positions.length + index),
      );
    }
  });

  it('ends its readers when the service stops, and when it meets what it does not know', async () => {
    const reader = listen(feed, contoso);
    await eventually(reader.isConnected);
    await acknowledge(contoso, 1, alertType.codec.types[0]);
    await reader.done;
    const next = listen(feed, contoso);
    await eventually(next.isConnected);
    feed.beforeApplicationShutdown();
    await next.done;
    expect(next.positions).toEqual([]);
  });
});
