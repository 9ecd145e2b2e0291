import type { Position, RecordedEvent } from '#event-store';
import type { Follower } from '#following';
import { type ServiceRequestEvent, serviceRequestType, type TimerWatch } from '#service-request';

const MISSES = ['ResponseBreached', 'ResolutionBreached'] as const satisfies readonly ServiceRequestEvent['type'][];

const missIn = (recorded: RecordedEvent) => {
  try {
    const event = serviceRequestType.codec.decode(recorded);
    return event.type === 'ResponseBreached' || event.type === 'ResolutionBreached' ? event.data : undefined;
  } catch {
    // Of a newer version: the read model stops at it and tells.
    return undefined;
  }
};

/** Notes how late each miss was found after a position, whichever process found it. */
export const watchMisses = (after: Position | undefined, watch: TimerWatch): Follower => ({
  name: 'watch-misses',
  after,
  types: MISSES,
  handle: ({ events }) => {
    for (const recorded of events) {
      const miss = missIn(recorded);
      // A change that moves a deadline into the past finds the miss itself: that tells nothing of timers.
      if (miss?.cause === 'timer') watch.missed(miss);
    }
  },
});
