import fc from 'fast-check';
import type { NewEvent, RecordedEvent } from '#event-store';
import { type Instant, ManualClock, type TenantId } from '#kernel';
import { at, newEvents, propertyRuns } from '#testing';
import { type ApiKeyEvent, type ApiKeys, apiKeysType, isInForce } from './domain/api-keys.js';
import { type Tenant, type TenantEvent, tenantType } from './domain/tenant.js';
import { KeyIndex } from './key-index.js';
import type { Principal } from './principal.js';
import { hashOf } from './secret.js';

const TENANTS = ['contoso', 'fabrikam'] as const;
const KEYS_EACH = 4;
const instant = (hour: number) => at(`0${hour}:00`);
const hour = fc.integer({ min: 0, max: 9 });

const keyIdOf = (tenant: string, key: number): string => `${tenant}-${key}`;

const KINDS = ['issue', 'rotate', 'revoke', 'register', 'rename', 'suspend', 'reactivate'] as const;

interface Step {
  readonly tenant: (typeof TENANTS)[number];
  readonly kind: (typeof KINDS)[number];
  readonly key: number;
  readonly hour: number;
  readonly endless: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  kind: fc.constantFrom(...KINDS),
  key: fc.nat(KEYS_EACH - 1),
  hour,
  endless: fc.boolean(),
});
const steps = fc.array(step, { maxLength: 30 });

const eventOf = ({ tenant, kind, key, hour: n, endless }: Step): ApiKeyEvent | TenantEvent => {
  const [keyId, tenantId, when] = [keyIdOf(tenant, key), tenant, instant(n)];
  switch (kind) {
    case 'issue': {
      const secret = { keyId, name: keyId, prefix: `ldk_${keyId}`, hash: hashOf(keyId), role: 'service' };
      return { type: 'ApiKeyIssued', data: { ...secret, issuedAt: when, expiresAt: endless ? null : when } };
    }
    case 'rotate':
      return { type: 'ApiKeyRotated', data: { keyId, replacedBy: 'next', rotatedAt: when, endsAt: when } };
    case 'revoke':
      return { type: 'ApiKeyRevoked', data: { keyId, reason: 'leaked', revokedAt: when } };
    case 'register':
      return { type: 'TenantRegistered', data: { tenantId, displayName: tenant, registeredAt: when } };
    case 'rename':
      return { type: 'TenantRenamed', data: { tenantId, displayName: `${tenant} ${n}`, renamedAt: when } };
    case 'suspend':
      return { type: 'TenantSuspended', data: { tenantId, reason: 'unpaid', suspendedAt: when } };
    case 'reactivate':
      return { type: 'TenantReactivated', data: { tenantId, reason: 'paid', reactivatedAt: when } };
  }
};

const isOfKeys = ({ type }: Pick<NewEvent, 'type'>): boolean => apiKeysType.codec.types.some((each) => each === type);

/** As the store would hold them; a key is issued once, as its random id says. */
const recorded = (taken: readonly Step[]): readonly RecordedEvent[] => {
  const issued = new Set<string>();
  const revisions = new Map<string, bigint>();
  return taken
    .filter(({ kind, tenant, key }) => {
      const isAgain = kind === 'issue' && issued.has(keyIdOf(tenant, key));
      if (kind === 'issue') issued.add(keyIdOf(tenant, key));
      return !isAgain;
    })
    .flatMap((one, index) => {
      const event = eventOf(one);
      const stream = isOfKeys(event) ? `access-${one.tenant}.keys` : `tenant-default.${one.tenant}`;
      const revision = (revisions.get(stream) ?? -1n) + 1n;
      revisions.set(stream, revision);
      const schemaVersion = event.type === 'ApiKeyIssued' ? 2 : 1;
      return newEvents(1).map((base) => ({
        ...base,
        ...event,
        schemaVersion,
        meta: { ...base.meta, tenantId: (isOfKeys(event) ? one.tenant : 'default') as TenantId },
        stream,
        revision,
        position: String(index + 1),
      }));
    });
};

/** What the streams come to, by the functions that decisions are made on. */
const folded = (events: readonly RecordedEvent[], tenant: string) => {
  const keys = events
    .filter((event) => isOfKeys(event) && event.meta.tenantId === tenant)
    .reduce<ApiKeys>((state, event) => apiKeysType.evolve(state, apiKeysType.codec.decode(event)), apiKeysType.initial);
  const known = events
    .filter((event) => !isOfKeys(event) && event.stream.endsWith(`.${tenant}`))
    .reduce<Tenant>((state, event) => tenantType.evolve(state, tenantType.codec.decode(event)), tenantType.initial);
  return { keys, tenant: known };
};

const principalOf = (tenant: string, keyId: string): Principal => ({
  tenantId: tenant as TenantId,
  actor: { id: `key:${keyId}`, role: 'service', kind: 'service' },
  prefix: `ldk_${keyId}`,
});

const expectFold = (index: KeyIndex, events: readonly RecordedEvent[], now: Instant): void => {
  const told: Record<string, unknown> = {};
  const right: Record<string, unknown> = {};
  for (const name of TENANTS) {
    const { keys, tenant } = folded(events, name);
    const suspended = tenant.status === 'suspended';
    told[name] = [index.isSuspended(principalOf(name, 'any')), index.isRegistered(name)];
    right[name] = [suspended, tenant.status !== 'unknown'];
    for (let key = 0; key < KEYS_EACH; key += 1) {
      const keyId = keyIdOf(name, key);
      const principal = principalOf(name, keyId);
      const opens = keys.keys.some((each) => each.keyId === keyId && isInForce(each, now));
      told[keyId] = [index.whoHas(hashOf(keyId)), index.hasEnded(principal)];
      right[keyId] = [opens ? principal : undefined, suspended || !opens];
    }
  }
  const tenants = TENANTS.map((name) => folded(events, name).tenant).filter(({ status }) => status !== 'unknown');
  expect({ ...told, tenants: index.tenants() }).toEqual({ ...right, tenants });
};

describe('the index of keys', () => {
  it('says at every event what the fold of the streams says, also when events come again', () =>
    fc.assert(
      fc.property(steps, fc.array(fc.nat(30)), hour, (taken, rewinds, nowHour) => {
        const events = recorded(taken);
        const clock = new ManualClock(instant(nowHour));
        const index = new KeyIndex(clock);
        for (const [count, event] of events.entries()) {
          index.take(event);
          for (const again of events.slice(rewinds[count] ?? count + 1, count + 1)) index.take(again);
          expectFold(index, events.slice(0, count + 1), clock.now());
        }
      }),
      propertyRuns(200),
    ));

  it('is ahead of the store by what this process has just recorded, and never falls back', () =>
    fc.assert(
      fc.property(steps, fc.nat(30), hour, (taken, until, nowHour) => {
        const events = recorded(taken);
        const learned = events.slice(0, until);
        const clock = new ManualClock(instant(nowHour));
        const index = new KeyIndex(clock);
        for (const name of TENANTS) {
          const { keys, tenant } = folded(learned, name);
          const lastOf = (stream: string) => learned.findLast((event) => event.stream === stream)?.revision;
          const [ofKeys, ofTenant] = [lastOf(`access-${name}.keys`), lastOf(`tenant-default.${name}`)];
          if (ofKeys !== undefined) index.learnKeys(name as TenantId, { state: keys, revision: ofKeys });
          if (ofTenant !== undefined) index.learnTenant(name, { state: tenant, revision: ofTenant });
        }
        for (const [count, event] of events.entries()) {
          index.take(event);
          expectFold(index, events.slice(0, Math.max(until, count + 1)), clock.now());
        }
      }),
      propertyRuns(200),
    ));

  it('knows the key that the operator gave, of no tenant but the installation’s, without an end', () => {
    const index = new KeyIndex(new ManualClock(at('00:00')));
    expect(index.isEmpty).toBe(true);
    index.give(hashOf('given'));
    expect(index.isEmpty).toBe(false);
    const principal = index.whoHas(hashOf('given'));
    expect(principal).toMatchObject({ tenantId: 'default', actor: { role: 'administrator' }, prefix: null });
    expect(principal && index.hasEnded(principal)).toBe(false);
  });

  it('asks a token or session itself whether it has ended', () => {
    const index = new KeyIndex(new ManualClock(at('00:00')));
    const session: Principal = { ...principalOf('contoso', 'none'), hasEnded: () => false };
    expect(index.hasEnded(session)).toBe(false);
    expect(index.hasEnded({ ...session, hasEnded: () => true })).toBe(true);
  });
});
