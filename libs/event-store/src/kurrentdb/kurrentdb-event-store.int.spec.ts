import { type KurrentDbStandIn, startKurrentDbStandIn } from '#testing';
import type { EventStoreFaults } from '../contract/harness.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { KurrentDbEventStore } from './kurrentdb-event-store.js';

jest.setTimeout(60_000);

const options = { appendTimeoutMs: 1_000, readTimeoutMs: 1_000 };
let server: KurrentDbStandIn;
const open = () => KurrentDbEventStore.open(server.url, options);

beforeAll(async () => {
  server = await startKurrentDbStandIn();
});
afterAll(() => server.close());

const faults: EventStoreFaults = {
  killServer: () => server.link.cut(),
  restartServer: () => server.link.restore(),
  freeze: async () => server.link.hold('everything'),
  thaw: async () => server.link.hold('nothing'),
  dropSlowConsumer: async () => server.dropSubscriptions(),
};

eventStoreContract('KurrentDB stand-in', {
  open,
  reopen: open,
  tombstone: async (stream) => server.log.tombstone(stream),
  faults,
});
