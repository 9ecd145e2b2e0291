import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { publishCalendar } from '../../domain/publish-calendar.js';
import { CalendarStore } from '../../service-level.stores.js';
import { PublishCalendarCommand } from './publish-calendar.command.js';

@CommandHandler(PublishCalendarCommand)
export class PublishCalendarHandler implements ICommandHandler<PublishCalendarCommand> {
  constructor(
    private readonly calendars: CalendarStore,
    private readonly clock: Clock,
  ) {}

  execute({ calendarId, definition, effectiveFrom, meta, ifRevision }: PublishCalendarCommand) {
    return this.calendars.change(
      calendarId,
      meta,
      (published) => publishCalendar({ calendarId, definition, effectiveFrom, now: this.clock.now() }, published),
      { ifRevision },
    );
  }
}
