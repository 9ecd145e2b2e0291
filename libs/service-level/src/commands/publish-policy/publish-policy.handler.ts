import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { publishPolicy } from '../../domain/publish-policy.js';
import { PolicyStore } from '../../service-level.stores.js';
import { SlaCatalogue } from '../../sla-catalogue.js';
import { PublishPolicyCommand } from './publish-policy.command.js';

@CommandHandler(PublishPolicyCommand)
export class PublishPolicyHandler implements ICommandHandler<PublishPolicyCommand> {
  constructor(
    private readonly policies: PolicyStore,
    private readonly catalogue: SlaCatalogue,
    private readonly clock: Clock,
  ) {}

  execute({ policyId, definition, effectiveFrom, meta, ifRevision }: PublishPolicyCommand) {
    return this.policies.change(
      policyId,
      meta,
      async (published) => {
        const now = this.clock.now();
        const calendarIds = definition.rules.map(({ calendarId }) => calendarId);
        const calendars = await this.catalogue.calendarsAt(meta.tenantId, calendarIds, effectiveFrom ?? now);
        return publishPolicy({ policyId, definition, calendars, effectiveFrom, now }, published);
      },
      { ifRevision },
    );
  }
}
