import { at, specify } from '#testing';
import { putTenant, reactivateTenant, suspendTenant, type TenantEvent, tenantType } from './tenant.js';

const given = specify(tenantType);
const now = at('01:00');

const registered: TenantEvent = {
  type: 'TenantRegistered',
  data: { tenantId: 'contoso', displayName: 'Contoso', registeredAt: at('00:00') },
};
const suspended: TenantEvent = {
  type: 'TenantSuspended',
  data: { tenantId: 'contoso', reason: 'Unpaid.', suspendedAt: at('00:30') },
};
const put = (tenantId: string, displayName = 'Contoso') =>
  ((tenant) => putTenant({ tenantId, displayName, now }, tenant)) satisfies Parameters<
    ReturnType<typeof given>['when']
  >[0];

describe('a tenant', () => {
  it('is registered once, then renamed, and the same name again changes nothing', () => {
    given()
      .when(put('contoso'))
      .emitsLike([{ type: 'TenantRegistered', data: { displayName: 'Contoso' } }]);
    given(registered)
      .when(put('contoso', 'Contoso Ltd'))
      .emitsLike([{ type: 'TenantRenamed' }]);
    given(registered).when(put('contoso')).emitsNothing();
  });

  it.each(['a.b', 'A', '', '-a', 'a_b', 'a'.repeat(64)])('has no id %j, which could name another one’s streams', (id) =>
    given()
      .when(put(id))
      .refuses({ kind: 'invalid', code: 'validation', pointers: ['#/tenantId'] }),
  );

  it('is not the installation', () =>
    given().when(put('default')).refuses({ kind: 'conflict', code: 'installation-tenant' }));

  it('is suspended and reactivated, and told so only once', () => {
    const turned = { reason: 'Unpaid.', now };
    given(registered)
      .when((tenant) => suspendTenant(turned, tenant))
      .emitsLike([{ type: 'TenantSuspended' }]);
    given(registered, suspended)
      .when((tenant) => suspendTenant(turned, tenant))
      .emitsNothing();
    given(registered, suspended)
      .when((tenant) => reactivateTenant(turned, tenant))
      .emitsLike([{ type: 'TenantReactivated' }]);
    given(registered)
      .when((tenant) => reactivateTenant(turned, tenant))
      .emitsNothing();
    given()
      .when((tenant) => suspendTenant(turned, tenant))
      .refuses({ kind: 'not-found', code: 'tenant-not-found' });
  });
});
