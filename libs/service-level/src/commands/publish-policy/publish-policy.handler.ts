import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock, type TenantId } from '#kernel';
import type { CalendarDefinition } from '../../domain/calendar-definition.js';
import type { PolicyDefinition } from '../../domain/policy-definition.js';
import { publishPolicy } from '../../domain/publish.js';
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

  execute({ policyId, definition, meta, ifRevision }: PublishPolicyCommand) {
    return this.policies.change(
      policyId,
      meta,
      async (published) => {
        const calendars = await this.#calendarsOf(meta.tenantId, definition);
        return publishPolicy({ policyId, definition, calendars, now: this.clock.now() }, published);
      },
      { ifRevision },
    );
  }

  async #calendarsOf(
    tenantId: TenantId,
    { rules }: PolicyDefinition,
  ): Promise<ReadonlyMap<string, CalendarDefinition | undefined>> {
    const found = new Map<string, CalendarDefinition | undefined>();
    for (const { calendarId } of rules) {
      if (!found.has(calendarId))
        found.set(calendarId, (await this.catalogue.calendar(tenantId, calendarId))?.definition);
    }
    return found;
  }
}
