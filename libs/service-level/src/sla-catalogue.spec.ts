import { MemoryEventStore, MemoryLog } from '#event-store';
import { ManualClock, type TenantId } from '#kernel';
import { at, commandMeta } from '#testing';
import type { PolicyDefinition } from './domain/policy-definition.js';
import { publishPolicy } from './domain/publish-policy.js';
import { CalendarStore, PolicyStore } from './service-level.stores.js';
import { SlaCatalogue } from './sla-catalogue.js';

const tenantId = 'contoso' as TenantId;
const definition: PolicyDefinition = {
  displayName: 'Gold',
  obligation: 'partnerFirstResponse',
  severityChange: 'retroactive',
  warnings: [],
  pausesOn: [],
  rules: [],
  escalation: [],
};

/** A catalogue, and another process that publishes. */
const fixture = () => {
  const log = new MemoryLog();
  const clock = new ManualClock(at('00:00'));
  const elsewhere = new PolicyStore(new MemoryEventStore(log), clock);
  const publish = () =>
    elsewhere.change('gold', commandMeta(), (published) =>
      publishPolicy({ policyId: 'gold', definition, calendars: new Map(), now: clock.now() }, published),
    );
  const events = new MemoryEventStore(log);
  const catalogue = new SlaCatalogue(new PolicyStore(events, clock), new CalendarStore(events, clock), '2025b');
  return { clock, publish, catalogue };
};

describe('a policy that another process publishes', () => {
  it('is there at once the first time', async () => {
    const { publish, catalogue } = fixture();
    expect(await catalogue.policy(tenantId, 'gold')).toBeUndefined();
    await publish();
    expect(await catalogue.policy(tenantId, 'gold')).toMatchObject({ versions: [{ definition }], revision: 0n });
  });

  it('is used in its new version after a second', async () => {
    const { clock, publish, catalogue } = fixture();
    await publish();
    await catalogue.policy(tenantId, 'gold');
    await publish();
    clock.advance(1_000);
    expect((await catalogue.policy(tenantId, 'gold'))?.versions).toHaveLength(2);
  });

  it('is found at once in a version that a promise names', async () => {
    const { publish, catalogue } = fixture();
    await publish();
    await catalogue.policy(tenantId, 'gold');
    await publish();
    expect((await catalogue.policy(tenantId, 'gold'))?.versions).toHaveLength(1);
    expect((await catalogue.policy(tenantId, 'gold', 2))?.versions).toHaveLength(2);
  });
});
