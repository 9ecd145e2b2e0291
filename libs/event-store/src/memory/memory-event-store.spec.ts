import type { EventStoreFaults } from '../contract/harness.contract.js';
import { eventStoreContract } from '../event-store.contract.js';
import { newEvents } from '#testing';
import { WrongRevisionError } from '../errors.js';
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

it('leaves a key free that was sent with a wrong revision', async () => {
  const store = new MemoryEventStore();
  const events = newEvents(1, { fingerprint: 'body' });
  await expect(store.append('a', 3n, events)).rejects.toThrow(WrongRevisionError);
  await expect(store.append('b', 'none', events)).resolves.toMatchObject({ revision: 0n });
});
