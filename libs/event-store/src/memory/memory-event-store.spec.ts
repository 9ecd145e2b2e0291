import type { EventStoreFaults } from '../contract/harness.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { MemoryEventStore, MemoryLog } from './memory-event-store.js';

let log: MemoryLog;
const administrator = (): MemoryEventStore => new MemoryEventStore(log);

const faults: EventStoreFaults = {
  killServer: async () => administrator().goDown(),
  restartServer: async () => administrator().comeBack(),
  freeze: async () => administrator().freeze(),
  thaw: async () => administrator().comeBack(),
};

eventStoreContract('memory', {
  open: async () => {
    log = new MemoryLog();
    return new MemoryEventStore(log);
  },
  reopen: async () => new MemoryEventStore(log),
  tombstone: async (stream) => administrator().tombstone(stream),
  faults,
});
