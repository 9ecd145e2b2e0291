export {
  IsDuration,
  IsId,
  isId,
  IsInstantText,
  IsLanguage,
  IsRecord,
  IsZone,
  NumberText,
  Optional,
  OptionalText,
  POSITION,
  Text,
  toInstant,
  toOptionalInstant,
} from './fields.js';
export { CalendarBody, calendarOf, ImportQuery, PolicyBody, policyOf } from './service-level.bodies.js';
export { validated } from './validated.js';
