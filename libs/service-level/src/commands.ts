export { ImportHolidaysCommand } from './commands/import-holidays/import-holidays.command.js';
export { ImportHolidaysHandler } from './commands/import-holidays/import-holidays.handler.js';
export { PublishCalendarCommand } from './commands/publish-calendar/publish-calendar.command.js';
export { PublishCalendarHandler } from './commands/publish-calendar/publish-calendar.handler.js';
export { PublishPolicyCommand } from './commands/publish-policy/publish-policy.command.js';
export { PublishPolicyHandler } from './commands/publish-policy/publish-policy.handler.js';
