import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { importHolidays } from '../../domain/import-holidays.js';
import { HolidayReader } from '../../holidays/holiday-reader.js';
import { PromisedBudgets } from '../../promised-budgets.js';
import { CalendarStore } from '../../service-level.stores.js';
import { ImportHolidaysCommand } from './import-holidays.command.js';

@CommandHandler(ImportHolidaysCommand)
export class ImportHolidaysHandler implements ICommandHandler<ImportHolidaysCommand> {
  constructor(
    private readonly calendars: CalendarStore,
    private readonly holidays: HolidayReader,
    private readonly promised: PromisedBudgets,
    private readonly clock: Clock,
  ) {}

  execute({ calendarId, file, effectiveFrom, meta, ifRevision }: ImportHolidaysCommand) {
    return this.calendars.change(
      calendarId,
      meta,
      async (published) => {
        const read = await this.holidays.read(file, this.clock.now());
        // Reading takes a moment; the version begins after it.
        const now = this.clock.now();
        const promised = await this.promised.on(meta.tenantId, calendarId, effectiveFrom ?? now);
        return importHolidays({ calendarId, ...read, effectiveFrom, promised, now }, published);
      },
      { ifRevision },
    );
  }
}
