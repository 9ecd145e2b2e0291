import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { CalendarDefinition } from '../../domain/calendar-definition.js';
import type { Published } from '../../domain/definition.js';
import type { HolidayFinding } from '../../holidays/left-out-events.js';

/** What a file changed, and which of its events it did not count for; the same when the command is repeated. */
export type HolidaysTaken = Change<Published<CalendarDefinition>> & { readonly leftOut: readonly HolidayFinding[] };

export class ImportHolidaysCommand extends Command<HolidaysTaken> {
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
