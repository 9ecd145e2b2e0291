import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { CalendarDefinition } from '../../domain/calendar-definition.js';
import type { Published } from '../../domain/definition.js';

export class ImportHolidaysCommand extends Command<Change<Published<CalendarDefinition>>> {
  constructor(
    readonly calendarId: string,
    /** An iCalendar file. */
    readonly file: string,
    /** At once when undefined. */
    readonly effectiveFrom: Instant | undefined,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
