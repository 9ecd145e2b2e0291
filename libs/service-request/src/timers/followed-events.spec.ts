import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evolveRecorded, type StoredEvent } from '#aggregates';
import { MemoryEventStore, type NewEvent } from '#event-store';
import { instantFromMs } from '#kernel';
import { checksOf } from '../domain/check-deadline.js';
import { isSettled, notFiled, type ServiceRequest } from '../domain/service-request.state.js';
import { serviceRequestType } from '../service-request.type.js';
import { FOLLOWED, timersBroughtBy } from './followed-events.js';

const FOLDER = join(__dirname, '../../../../test/golden-streams/streams');

const histories = readdirSync(FOLDER)
  .filter((name) => name.startsWith('request-'))
  .map((name) => ({
    name,
    ...(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as {
      readonly events: readonly (StoredEvent & { readonly recordedAt: string })[];
    }),
  }));

/** Every instant after `now` to ask at, and what about. */
const instantsOf = (request: ServiceRequest, now: string): readonly string[] =>
  request.status === 'notFiled'
    ? []
    : request.obligations.flatMap((obligation) =>
        checksOf(obligation, isSettled(request))
          .filter((at) => at > now)
          .map((at) => `${obligation.kind} ${obligation.cycle} r${obligation.revision} ${at}`),
      );

describe('what timers follow', () => {
  it.each(histories)('is every event of $name that brings an instant to ask at', ({ events }) => {
    const bringing = new Set<string>();
    let request: ServiceRequest = notFiled;
    for (const event of events) {
      const before = new Set(instantsOf(request, event.recordedAt));
      request = evolveRecorded(serviceRequestType, request, event);
      if (instantsOf(request, event.recordedAt).some((instant) => !before.has(instant))) bringing.add(event.type);
    }
    expect([...bringing].filter((type) => !FOLLOWED.some((followed) => followed === type))).toEqual([]);
  });
});

describe('what events bring', () => {
  it('reads a history once, however many of its events start the steps of escalation anew', async () => {
    const stored = histories.find(({ name }) => name === 'request-missed-and-escalated.json');
    let reads = 0;
    const store = new (class extends MemoryEventStore {
      override readStream(...asked: Parameters<MemoryEventStore['readStream']>) {
        reads += 1;
        return super.readStream(...asked);
      }
    })();
    await store.append('service-request-x', 'none', (stored?.events ?? []) as readonly NewEvent[]); // as recorded
    const reopened = (await store.readAll({ limit: 1_000 })).filter(({ type }) => type === 'RequestReopened');
    expect(reopened).not.toEqual([]);
    const now = instantFromMs(0);
    const reach = { now, all: instantFromMs(4e12), next: instantFromMs(4e12) };
    const troubles: unknown[] = [];
    await timersBroughtBy(Array.from({ length: 50 }, () => reopened).flat(), reach, store, (error) =>
      troubles.push(error),
    );
    expect([reads, troubles]).toEqual([1, []]);
  });
});
