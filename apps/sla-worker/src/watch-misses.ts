import type { EventStore, RecordedEvent } from '#event-store';
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

/** Notes how late each miss was found from now on, whichever process found it, until aborted. */
export const watchMisses = async (events: EventStore, watch: TimerWatch, signal: AbortSignal): Promise<void> => {
  const after = await events.head();
  for await (const batch of events.subscribe({ after, types: MISSES, signal })) {
    for (const recorded of batch.events) {
      const miss = missIn(recorded);
      // A change that moves a deadline into the past finds the miss itself: that tells nothing of timers.
      if (miss?.cause === 'timer') watch.missed(miss);
    }
  }
};
