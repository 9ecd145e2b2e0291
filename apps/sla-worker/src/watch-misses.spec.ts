import type { RecordedEvent } from '#event-store';
import type { Instant } from '#kernel';
import { type ServiceRequestEvent, serviceRequestType, TimerWatch } from '#service-request';
import { at, breached, newEvents, promised } from '#testing';
import { watchMisses } from './watch-misses.js';

/** What was noted of events that were recorded at these times. */
const notedOf = async (...told: readonly (readonly [Instant, ServiceRequestEvent])[]) => {
  const watch = new TimerWatch();
  const events = told.flatMap(([recordedAt, event]): readonly RecordedEvent[] =>
    newEvents(1).map((one) => ({
      ...one,
      ...serviceRequestType.codec.encode(event),
      recordedAt,
      stream: 'serviceRequest-contoso.1',
      revision: 0n,
      position: '1',
    })),
  );
  const { handle } = watchMisses(undefined, watch);
  await handle({ events, position: '1', caughtUp: true }, new AbortController().signal);
  const { misses, maxMs } = watch.lateness(at('12:00'));
  return { misses, maxMs };
};

const due = promised({ dueAt: at('11:50'), severity: 'critical' });
const again = promised({ dueAt: at('11:50'), severity: 'critical', revision: 2 });
const missed = (rest: Parameters<typeof breached>[3] = {}) => breached(at('11:50'), at('11:50:01'), 'critical', rest);

describe('how late a miss was found', () => {
  it('is noted of a deadline that was ahead when it was recorded', async () => {
    expect(await notedOf([at('09:00'), due], [at('11:50:01'), missed()])).toEqual({ misses: 1, maxMs: 1_000 });
  });

  it('is noted of one that was promised before it is followed', async () => {
    expect(await notedOf([at('11:50:01'), missed()])).toMatchObject({ misses: 1 });
  });

  it('is not noted of an imported ticket that was to be told as if a timer had found it', async () => {
    expect(await notedOf([at('11:55'), due], [at('11:55'), missed()])).toMatchObject({ misses: 0 });
  });

  it('is not noted of a deadline that a resumption told late left in the past', async () => {
    expect(
      await notedOf([at('09:00'), due], [at('11:55'), again], [at('11:55'), missed({ revision: 2 })]),
    ).toMatchObject({ misses: 0 });
  });

  it('is not noted where a change found it', async () => {
    expect(await notedOf([at('09:00'), due], [at('11:55'), missed({ cause: 'severityChange' })])).toMatchObject({
      misses: 0,
    });
  });

  it('is noted of another promise of such a request', async () => {
    const later = [at('11:50:01'), missed({ cycle: 2 })] as const;
    expect(await notedOf([at('11:55'), due], later)).toMatchObject({ misses: 1 });
  });
});
