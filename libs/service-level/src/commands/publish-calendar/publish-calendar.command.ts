import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { CalendarDefinition } from '../../domain/calendar-definition.js';
import type { Published } from '../../domain/definition.js';

export class PublishCalendarCommand extends Command<Change<Published<CalendarDefinition>>> {
  constructor(
    readonly calendarId: string,
    readonly definition: CalendarDefinition,
    /** At once when undefined. */
    readonly effectiveFrom: Instant | undefined,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
