import { type AggregateType, EventCodec } from '#aggregates';
import { DomainError, type DomainEvent, type Instant, wrongFields } from '#kernel';
import { INSTALLATION } from '../roles.js';

export type TenantRegistered = DomainEvent<
  'TenantRegistered',
  { tenantId: string; displayName: string; registeredAt: Instant }
>;
export type TenantRenamed = DomainEvent<'TenantRenamed', { tenantId: string; displayName: string; renamedAt: Instant }>;
export type TenantSuspended = DomainEvent<
  'TenantSuspended',
  { tenantId: string; reason: string; suspendedAt: Instant }
>;
export type TenantReactivated = DomainEvent<
  'TenantReactivated',
  { tenantId: string; reason: string; reactivatedAt: Instant }
>;
export type TenantEvent = TenantRegistered | TenantRenamed | TenantSuspended | TenantReactivated;

export type KnownTenant = {
  readonly status: 'active' | 'suspended';
  readonly tenantId: string;
  readonly displayName: string;
  readonly registeredAt: Instant;
  readonly suspendedAt: Instant | null;
};
export type Tenant = { readonly status: 'unknown' } | KnownTenant;

const evolve = (tenant: Tenant, event: TenantEvent): Tenant => {
  if (event.type === 'TenantRegistered') return { ...event.data, status: 'active', suspendedAt: null };
  if (tenant.status === 'unknown') return tenant;
  switch (event.type) {
    case 'TenantRenamed':
      return { ...tenant, displayName: event.data.displayName };
    case 'TenantSuspended':
      return { ...tenant, status: 'suspended', suspendedAt: event.data.suspendedAt };
    case 'TenantReactivated':
      return { ...tenant, status: 'active', suspendedAt: null };
  }
};

/** Each tenant but the installation's own is a stream of that one. */
export const tenantType: AggregateType<Tenant, TenantEvent> = {
  category: 'tenant',
  initial: { status: 'unknown' },
  evolve,
  codec: new EventCodec<TenantEvent>({
    TenantRegistered: [],
    TenantRenamed: [],
    TenantSuspended: [],
    TenantReactivated: [],
  }),
};

/** @throws DomainError `not-found` */
export const knownTenant = (tenant: Tenant): KnownTenant => {
  if (tenant.status !== 'unknown') return tenant;
  throw new DomainError('not-found', 'tenant-not-found', 'There is no tenant with this id.');
};

// No dot: in the names of streams it ends the tenant, and another tenant's must never be reached by an id.
const TENANT_ID = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;

export interface PutTenant {
  readonly tenantId: string;
  readonly displayName: string;
  readonly now: Instant;
}

export const putTenant = ({ tenantId, displayName, now }: PutTenant, tenant: Tenant): readonly TenantEvent[] => {
  if (tenantId === INSTALLATION)
    throw new DomainError('conflict', 'installation-tenant', `The tenant ${INSTALLATION} is the installation's own.`);
  if (!TENANT_ID.test(tenantId))
    throw wrongFields([
      {
        pointer: '#/tenantId',
        code: 'tenant-id',
        detail: 'tenantId must be 1 to 63 lower-case letters, digits or dashes and begin with a letter or digit.',
      },
    ]);
  if (tenant.status === 'unknown')
    return [{ type: 'TenantRegistered', data: { tenantId, displayName, registeredAt: now } }];
  if (tenant.displayName === displayName) return [];
  return [{ type: 'TenantRenamed', data: { tenantId, displayName, renamedAt: now } }];
};

export interface TurnTenant {
  readonly reason: string;
  readonly now: Instant;
}

/** Its keys open nothing any more; its deadlines go on, for what was promised stays promised. */
export const suspendTenant = ({ reason, now }: TurnTenant, tenant: Tenant): readonly TenantEvent[] => {
  const { status, tenantId } = knownTenant(tenant);
  if (status === 'suspended') return [];
  return [{ type: 'TenantSuspended', data: { tenantId, reason, suspendedAt: now } }];
};

export const reactivateTenant = ({ reason, now }: TurnTenant, tenant: Tenant): readonly TenantEvent[] => {
  const { status, tenantId } = knownTenant(tenant);
  if (status === 'active') return [];
  return [{ type: 'TenantReactivated', data: { tenantId, reason, reactivatedAt: now } }];
};
