import { LRUCache } from 'lru-cache';
import type { Position, RecordedEvent } from '#event-store';
import type { Follower } from '#following';
import { isPromise, type ServiceRequestEvent, serviceRequestType, type TimerWatch } from '#service-request';

const FOLLOWED = [
  'FirstResponseDue',
  'NextResponseDue',
  'ResolutionDue',
  'ResponseBreached',
  'ResolutionBreached',
] as const satisfies readonly ServiceRequestEvent['type'][];

/** Far more than can wait for their misses to be recorded. */
const MOST_KEPT = 10_000;

const eventIn = (recorded: RecordedEvent): ServiceRequestEvent | undefined => {
  try {
    return serviceRequestType.codec.decode(recorded);
  } catch {
    // Of a newer version: the read model stops at it and tells.
    return undefined;
  }
};

/** Notes how late each miss was found after a position, whichever process found it: of those that a timer could find. */
export const watchMisses = (after: Position | undefined, watch: TimerWatch): Follower => {
  /** Deadlines that were past when they were recorded: of an imported ticket, or by a resumption that is told late. */
  const pastAtOnce = new LRUCache<string, true>({ max: MOST_KEPT });
  const take = (recorded: RecordedEvent): void => {
    const event = eventIn(recorded);
    if (event === undefined) return;
    if (isPromise(event)) {
      const { kind, cycle, revision, serviceLevelAgreement } = event.data;
      const due = serviceLevelAgreement.expirationTime;
      if (due !== null && due < recorded.recordedAt)
        pastAtOnce.set([recorded.stream, kind, cycle, revision].join(), true);
    } else if (event.type === 'ResponseBreached' || event.type === 'ResolutionBreached') {
      const { kind, cycle, revision, cause } = event.data;
      const wasPast = pastAtOnce.delete([recorded.stream, kind, cycle, revision].join());
      // A change that moves a deadline into the past finds the miss itself: that tells nothing of timers.
      if (cause === 'timer' && !wasPast) watch.missed(event.data);
    }
  };
  return { name: 'watch-misses', after, types: FOLLOWED, handle: ({ events }) => events.forEach(take) };
};
