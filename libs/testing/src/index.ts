import type { KurrentDbStandIn } from './kurrentdb-stand-in/kurrentdb-stand-in.js';

export { at } from './at.js';
export { commandMeta } from './command-meta.js';
export { eventually } from './eventually.js';
export { type Listing, listing, paged } from './listing.js';
export { newEvents } from './new-events.js';
export { propertyRuns } from './property-runs.js';
export { redisBinary, RedisServer } from './redis-server.js';
export {
  answered,
  breached,
  closed,
  escalatedForBreach,
  filed,
  filedDetails,
  firstResponse,
  nextResponse,
  promised,
  reopened,
  requestId,
  severityAssigned,
} from './service-request-history.js';
export { specify } from './specify.js';
export { type Held, TcpLink } from './tcp-link.js';
export { aroundTheClock, programTerms, termsOf, type WantedTerms } from './terms-of.js';
export type { KurrentDbStandIn };

/** Starts a stand-in; its gRPC parts are loaded by those tests only that use one. */
export const startKurrentDbStandIn = async (): Promise<KurrentDbStandIn> => {
  const { KurrentDbStandIn } = await import('./kurrentdb-stand-in/kurrentdb-stand-in.js');
  return KurrentDbStandIn.start();
};
