import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { reactivateTenant, type Tenant } from '../../domain/tenant.js';
import { KeyIndex } from '../../key-index.js';
import { TenantStore } from '../../tenant.store.js';
import { ReactivateTenantCommand } from './reactivate-tenant.command.js';

@CommandHandler(ReactivateTenantCommand)
export class ReactivateTenantHandler implements ICommandHandler<ReactivateTenantCommand> {
  constructor(
    private readonly tenants: TenantStore,
    private readonly known: KeyIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, reason, meta, ifRevision }: ReactivateTenantCommand) {
    const decide = (tenant: Tenant) => reactivateTenant({ reason, now: this.clock.now() }, tenant);
    const change = await this.tenants.change(tenantId, meta, decide, { ifRevision });
    this.known.learnTenant(tenantId, change);
    return change;
  }
}
