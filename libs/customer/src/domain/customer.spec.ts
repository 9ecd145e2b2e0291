import type { CustomerId } from '#kernel';
import { at, specify } from '#testing';
import { type CustomerProfile, customerType, putCustomer } from './customer.js';

const given = specify(customerType);
const customerId = 'fabrikam' as CustomerId;
const profile: CustomerProfile = { displayName: 'Fabrikam', primaryDomain: 'fabrikam.example', cloud: 'global' };
const registered = { type: 'CustomerRegistered', data: { customerId, ...profile, registeredAt: at('00:00') } } as const;
const put =
  (changes: Partial<CustomerProfile> = {}) =>
  (customer: typeof customerType.initial) =>
    putCustomer({ customerId, profile: { ...profile, ...changes }, now: at('01:00') }, customer);

describe('putting a customer', () => {
  it('registers one that is not known', () =>
    given()
      .when(put())
      .emits([{ type: 'CustomerRegistered', data: { customerId, ...profile, registeredAt: at('01:00') } }]));

  it.each([{ displayName: 'Fabrikam Ltd' }, { primaryDomain: 'fabrikam.test' }, { cloud: 'usGovernment' }])(
    'updates one that is known, with %p',
    (changes) =>
      given(registered)
        .when(put(changes))
        .emits([{ type: 'CustomerUpdated', data: { customerId, ...profile, ...changes, updatedAt: at('01:00') } }]),
  );

  it('does nothing when nothing is new', () => given(registered).when(put()).emitsNothing());

  it('compares with the last update, not with the registration', () => {
    const moved = given(registered).after(put({ cloud: 'usGovernment' }));
    moved.when(put({ cloud: 'usGovernment' })).emitsNothing();
    moved.when(put()).emitsLike([{ type: 'CustomerUpdated', data: { cloud: 'global' } }]);
  });
});
