import { appendContract } from './contract/append.contract.js';
import { claimContract } from './contract/claim.contract.js';
import { faultsContract } from './contract/faults.contract.js';
import type { ContractContext, EventStoreHarness } from './contract/harness.contract.js';
import { lifetimeContract } from './contract/lifetime.contract.js';
import { readAllContract } from './contract/read-all.contract.js';
import { readStreamContract } from './contract/read-stream.contract.js';
import { subscribeContract } from './contract/subscribe.contract.js';
import type { EventStore } from './event-store.js';

/**
 * What every adapter keeps, the in-memory twin included. All tests share one store and use streams and types of their
 * own, so that the same suite runs against a server that others write to.
 */
export const eventStoreContract = (name: string, harness: EventStoreHarness): void => {
  describe(`event store contract: ${name}`, () => {
    let opened: EventStore | undefined;
    const store = (): EventStore => {
      if (opened === undefined) throw new Error('The store is open within tests only.');
      return opened;
    };
    const context: ContractContext = { harness, store };

    beforeAll(async () => {
      opened = await harness.open();
    });
    afterAll(() => opened?.close());

    lifetimeContract(context);
    appendContract(context);
    claimContract(context);
    readStreamContract(context);
    readAllContract(context);
    subscribeContract(context);
    if (harness.faults !== undefined) faultsContract(context, harness.faults);
  });
};
