import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { importHolidays } from '../../domain/import-holidays.js';
import { HolidayReader } from '../../holidays/holiday-reader.js';
import { PromisedBudgets } from '../../promised-budgets.js';
import { CalendarStore } from '../../service-level.stores.js';
import type { HolidayFinding } from '../../holidays/left-out-events.js';
import { type HolidaysTaken, ImportHolidaysCommand } from './import-holidays.command.js';

@CommandHandler(ImportHolidaysCommand)
export class ImportHolidaysHandler implements ICommandHandler<ImportHolidaysCommand> {
  constructor(
    private readonly calendars: CalendarStore,
    private readonly holidays: HolidayReader,
    private readonly promised: PromisedBudgets,
    private readonly clock: Clock,
  ) {}

  async execute({ calendarId, file, effectiveFrom, meta, ifRevision }: ImportHolidaysCommand): Promise<HolidaysTaken> {
    let leftOut: readonly HolidayFinding[] | undefined;
    const change = await this.calendars.change(
      calendarId,
      meta,
      async (published) => {
        const { leftOut: ignored, ...read } = await this.holidays.read(file, this.clock.now());
        leftOut = ignored;
        // Reading takes a moment; the version begins after it.
        const now = this.clock.now();
        const promised = await this.promised.on(meta.tenantId, calendarId, effectiveFrom ?? now);
        return importHolidays({ calendarId, ...read, effectiveFrom, promised, now }, published);
      },
      { ifRevision },
    );
    // A repeated command decides nothing, but its file is the same.
    return { ...change, leftOut: leftOut ?? (await this.holidays.leftOut(file, this.clock.now())) };
  }
}
