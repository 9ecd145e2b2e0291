export { IssueApiKeyBody, PutTenantBody, RotateApiKeyBody } from './access.bodies.js';
export { Described, describedOf, type FieldSchema, type SchemaOf } from './described.js';
export {
  IsDomainName,
  IsDuration,
  IsId,
  isId,
  IsInstantText,
  IsLanguage,
  IsRecord,
  isRecord,
  IsZone,
  NothingTwice,
  NumberText,
  Optional,
  OptionalText,
  PolicyIds,
  POSITION,
  Text,
  toInstant,
  toOptionalInstant,
} from './fields.js';
export { type Rule, rulesOf } from './fields-of.js';
export { ImportRequestBody, stepsOf } from './import.bodies.js';
export { Converted, OwnNames, type Shape } from './marks.js';
export { Nested, nestedOf } from './nested.js';
export { pointerTo, unknownField } from './pointers.js';
export { QuoteBody, quoteOf } from './quote.body.js';
export {
  AddNoteBody,
  AnnulBreachBody,
  ChangeLanguageBody,
  ChangeSeverityBody,
  EscalateBody,
  escalationOf,
  FileRequestBody,
  GiveResponseBody,
  MergeRequestBody,
  PauseClockBody,
  ReasonBody,
  ResolveRequestBody,
  ResumeClockBody,
} from './service-request.bodies.js';
export { CalendarBody, calendarOf, ImportQuery, PolicyBody, policyOf } from './service-level.bodies.js';
export { type StepKind, stepKind, StepKinds } from './step-kinds.js';
export { errorsOf, validated } from './validated.js';
