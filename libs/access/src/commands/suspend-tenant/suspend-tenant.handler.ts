import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { suspendTenant, type Tenant } from '../../domain/tenant.js';
import { KeyIndex } from '../../key-index.js';
import { TenantStore } from '../../tenant.store.js';
import { SuspendTenantCommand } from './suspend-tenant.command.js';

@CommandHandler(SuspendTenantCommand)
export class SuspendTenantHandler implements ICommandHandler<SuspendTenantCommand> {
  constructor(
    private readonly tenants: TenantStore,
    private readonly known: KeyIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, reason, meta, ifRevision }: SuspendTenantCommand) {
    const decide = (tenant: Tenant) => suspendTenant({ reason, now: this.clock.now() }, tenant);
    const change = await this.tenants.change(tenantId, meta, decide, { ifRevision });
    this.known.learnTenant(tenantId, change);
    return change;
  }
}
