import { type AggregateType, EventCodec } from '#aggregates';
import type { CustomerId, DomainEvent, Instant } from '#kernel';

export type CustomerProfile = {
  readonly displayName: string;
  readonly primaryDomain: string;
  /** REQ-39. */
  readonly cloud: string;
};

export type CustomerRegistered = DomainEvent<
  'CustomerRegistered',
  CustomerProfile & { customerId: CustomerId; registeredAt: Instant }
>;
export type CustomerUpdated = DomainEvent<
  'CustomerUpdated',
  CustomerProfile & { customerId: CustomerId; updatedAt: Instant }
>;
export type CustomerEvent = CustomerRegistered | CustomerUpdated;

export type Customer =
  | { readonly status: 'unknown' }
  | { readonly status: 'registered'; readonly customerId: CustomerId; readonly profile: CustomerProfile };

const evolve = (_: Customer, { data }: CustomerEvent): Customer => {
  const { customerId, displayName, primaryDomain, cloud } = data;
  return { status: 'registered', customerId, profile: { displayName, primaryDomain, cloud } };
};

export const customerType: AggregateType<Customer, CustomerEvent> = {
  category: 'customer',
  initial: { status: 'unknown' },
  evolve,
  codec: new EventCodec<CustomerEvent>({ CustomerRegistered: [], CustomerUpdated: [] }),
};

export interface PutCustomer {
  readonly customerId: CustomerId;
  readonly profile: CustomerProfile;
  readonly now: Instant;
}

const sameProfile = (a: CustomerProfile, b: CustomerProfile): boolean =>
  a.displayName === b.displayName && a.primaryDomain === b.primaryDomain && a.cloud === b.cloud;

/** Registers a customer, or updates one; the same profile again is no news. */
export const putCustomer = (
  { customerId, profile, now }: PutCustomer,
  customer: Customer,
): readonly CustomerEvent[] => {
  if (customer.status === 'unknown')
    return [{ type: 'CustomerRegistered', data: { customerId, ...profile, registeredAt: now } }];
  if (sameProfile(customer.profile, profile)) return [];
  return [{ type: 'CustomerUpdated', data: { customerId, ...profile, updatedAt: now } }];
};
