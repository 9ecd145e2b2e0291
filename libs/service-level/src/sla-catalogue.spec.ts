import { MemoryEventStore, MemoryLog } from '#event-store';
import { ManualClock, type TenantId } from '#kernel';
import { at, commandMeta } from '#testing';
import type { CalendarDefinition } from './domain/calendar-definition.js';
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

describe('the calendar of a promise that was made on older zone data', () => {
  const nineToFive = [['09:00', '17:00']] as const;
  const calendarIn = (timeZone: string): CalendarDefinition => ({
    displayName: 'Office',
    timeZone,
    week: { '1': nineToFive },
    holidays: [],
    overrides: {},
  });
  const catalogueOf = (definition: CalendarDefinition) => {
    const version = { publishedAt: at('00:00'), effectiveFrom: at('00:00'), definition };
    const snapshot = { state: { versions: [version] }, revision: 0n, position: '1' };
    return new SlaCatalogue({ find: async () => undefined }, { find: async () => snapshot }, '2026a');
  };
  const pinned = (tzdata: string, zoneRules: string) => ({ id: 'office', version: 1, tzdata, zoneRules });
  const summer = '2026-06-20/2026-08-01 +02:00';

  it('is made ready once, by its zone rules', async () => {
    const catalogue = catalogueOf(calendarIn('Europe/Berlin'));
    const openHours = (rules: string) => catalogue.openHours(tenantId, pinned('2025b', rules));
    const first = await openHours(summer);
    expect(first).toBeDefined();
    expect(await openHours(summer)).toBe(first);
    expect(await openHours('2026-06-20/2026-08-08 +02:00')).not.toBe(first);
    expect(await catalogue.openHours(tenantId, pinned('2026a', summer))).not.toBe(first);
    expect(await catalogue.openHours('fabrikam' as TenantId, pinned('2025b', summer))).not.toBe(first);
  });

  it('is forgotten for others when very many are asked for', async () => {
    const catalogue = catalogueOf(calendarIn('Europe/Berlin'));
    const first = await catalogue.openHours(tenantId, pinned('2025b', summer));
    for (let day = 1; day <= 200; day++) {
      const until = new Date(Date.parse('2026-08-01') + day * 86_400_000).toISOString().slice(0, 10);
      await catalogue.openHours(tenantId, pinned('2025b', `2026-06-20/${until} +02:00`));
    }
    expect(await catalogue.openHours(tenantId, pinned('2025b', summer))).not.toBe(first);
  });

  it('is that of today in UTC, whose rules never change', async () => {
    const catalogue = catalogueOf(calendarIn('UTC'));
    const today = await catalogue.openHours(tenantId, pinned('2026a', '+00:00'));
    expect(today).toBeDefined();
    expect(await catalogue.openHours(tenantId, pinned('2025b', '+00:00'))).toBe(today);
  });
});
