import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, DomainError } from '#kernel';
import { putTenant, type Tenant } from '../../domain/tenant.js';
import { KeyIndex } from '../../key-index.js';
import { TenantStore } from '../../tenant.store.js';
import { PutTenantCommand } from './put-tenant.command.js';

/** Few administer an installation, and seldom: who changes a tenant is to have seen it as it is. */
const revisionNeeded = (): DomainError =>
  new DomainError(
    'precondition-required',
    'precondition-required',
    'This tenant exists. To change it, read it and send its ETag as If-Match.',
  );

@CommandHandler(PutTenantCommand)
export class PutTenantHandler implements ICommandHandler<PutTenantCommand> {
  constructor(
    private readonly tenants: TenantStore,
    private readonly known: KeyIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, displayName, meta, ifRevision }: PutTenantCommand) {
    const decide = (tenant: Tenant) => {
      if (tenant.status !== 'unknown' && ifRevision === undefined) throw revisionNeeded();
      return putTenant({ tenantId, displayName, now: this.clock.now() }, tenant);
    };
    const change = await this.tenants.change(tenantId, meta, decide, { ifRevision });
    this.known.learnTenant(tenantId, change);
    return change;
  }
}
