import { MemoryEventStore } from '#event-store';
import type { DomainEvent } from '#kernel';
import { serviceRequestType } from '#service-request';
import { answered, at, breached, closed, escalatedForBreach, filed, newEvents, reopened } from '#testing';
import { Tally } from './tally.js';

let store: MemoryEventStore;
beforeEach(() => {
  store = new MemoryEventStore();
});
afterEach(() => store.close());

const record = async (stream: string, events: readonly DomainEvent[], schemaVersion = 1): Promise<void> => {
  const known = await store.readStream(stream).catch(() => []);
  const next = newEvents(events.length).map((event, index) => ({ ...event, ...events[index], schemaVersion }));
  await store.append(stream, known.length === 0 ? 'none' : BigInt(known.length - 1), next);
};

const summary = async (remembered?: number): Promise<readonly string[]> => {
  const tally = new Tally(store, remembered);
  for (const event of await store.readAll({ limit: 1_000 })) await tally.take(event);
  return tally.summary();
};

const requestNamed = (name: string): string => `${serviceRequestType.category}-default.${name}`;

const recordOneOfEach = async (): Promise<void> => {
  for (const name of ['kept', 'broken', 'waiting', 'closed']) await record(requestNamed(name), filed('critical'));
  await record(requestNamed('kept'), [answered(at('00:10'))]);
  await record(requestNamed('broken'), [breached(at('02:00'), at('02:01:30'), 'critical')]);
  await record(requestNamed('broken'), [escalatedForBreach(at('02:01:30'))]);
  await record(requestNamed('closed'), [closed(at('00:30'))]);
};

describe('what a replay adds up to', () => {
  it('is nothing for an empty store', async () => {
    expect(await summary()).toEqual([
      'replayed  0 events, 0 shown',
      'requests  none',
      'promises  none',
      'breaches  none',
    ]);
  });

  it('is the requests and promises as the domain sees them, and how late a breach was found', async () => {
    await recordOneOfEach();
    expect(await summary()).toEqual([
      'replayed  16 events, 0 shown',
      'requests  4 (1 new, 1 waitingOnCustomer, 1 escalated, 1 closed)',
      'promises  4 (1 open, 1 paused, 1 met, 1 breached)',
      'breaches  1, found at most 1 min 30 s after the deadline',
    ]);
  });

  it('tells what was missed before its ticket came here apart: nobody here was late', async () => {
    const imported = breached(at('02:00'), at('23:00'), 'critical', { cause: 'import' });
    await record(requestNamed('old'), [...filed('critical'), imported]);
    expect((await summary()).at(-1)).toBe('breaches  1 imported with its ticket');
    await recordOneOfEach();
    expect((await summary()).at(-1)).toBe(
      'breaches  1, found at most 1 min 30 s after the deadline; 1 imported with its ticket',
    );
  });

  it('tells what a change made late apart: no timer was', async () => {
    const moved = breached(at('02:00'), at('05:00'), 'critical', { cause: 'severityChange' });
    await record(requestNamed('raised'), [...filed('critical'), moved]);
    expect((await summary()).at(-1)).toBe('breaches  1 by a change that moved the deadline into the past');
  });

  it('is the same when it remembers a single request at a time', async () => {
    await recordOneOfEach();
    await record(requestNamed('closed'), [reopened(at('00:40'))]);
    expect(await summary(1)).toEqual(await summary());
  });

  it.each([
    ['an event without a name here', requestNamed('a'), 'RequestTeleported', 1],
    ['a later shape of a known event', requestNamed('a'), 'NoteAdded', 2],
    ['an event of another kind of stream', 'customer-default.a', 'CustomerTeleported', 1],
    ['a kind of stream that is not known', 'ghost-default.a', 'CustomerRegistered', 1],
  ])('is refused at %s, with its place', async (_, stream, type, schemaVersion) => {
    await record(stream, [{ type, data: {} }], schemaVersion);
    await expect(summary()).rejects.toThrow(
      `Stopped at position 1, ${stream}: The event ${type} v${schemaVersion} is not known`,
    );
  });

  it('is refused where a history does not fit together', async () => {
    await record(requestNamed('a'), [answered(at('00:10'))]);
    await expect(summary()).rejects.toThrow(/^Stopped at position 1, .*does not fit the history before it/);
  });
});
