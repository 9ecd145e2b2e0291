import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { Tenant } from '../../domain/tenant.js';

export class PutTenantCommand extends Command<Change<Tenant>> {
  constructor(
    readonly tenantId: string,
    readonly displayName: string,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
