import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { publishCalendar } from '../../domain/publish-calendar.js';
import { PromisedBudgets } from '../../promised-budgets.js';
import { CalendarStore } from '../../service-level.stores.js';
import { PublishCalendarCommand } from './publish-calendar.command.js';

@CommandHandler(PublishCalendarCommand)
export class PublishCalendarHandler implements ICommandHandler<PublishCalendarCommand> {
  constructor(
    private readonly calendars: CalendarStore,
    private readonly promised: PromisedBudgets,
    private readonly clock: Clock,
  ) {}

  execute({ calendarId, definition, effectiveFrom, meta, ifRevision }: PublishCalendarCommand) {
    return this.calendars.change(
      calendarId,
      meta,
      async (published) => {
        const now = this.clock.now();
        const promised = await this.promised.on(meta.tenantId, calendarId, effectiveFrom ?? now);
        return publishCalendar({ calendarId, definition, effectiveFrom, promised, now }, published);
      },
      { ifRevision },
    );
  }
}
