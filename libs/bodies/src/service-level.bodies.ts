import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, Max, Min } from 'class-validator';
import { type Calendar, MAX_DATES, normalizeCalendar, validateCalendar, WEEKDAYS } from '#business-time';
import type { FieldError, Instant } from '#kernel';
import {
  type CalendarDefinition,
  DURATION,
  IMPACTS,
  INCIDENT_TYPES,
  ISSUE_CLASSES,
  OBLIGATION_KINDS,
  type PolicyDefinition,
} from '#service-level';
import { Described } from './described.js';
import {
  check,
  isDuration,
  IsDuration,
  IsId,
  IsInstantText,
  IsLanguage,
  NothingTwice,
  Optional,
  OptionalText,
  Text,
  toOptionalInstant,
} from './fields.js';
import { OwnNames } from './marks.js';
import { Nested, NestedList } from './nested.js';

const IsDelay = check(
  'duration',
  'must be a duration, for example PT0S or PT30M',
  (value) => value === 'PT0S' || isDuration(value),
  { type: 'string', format: 'duration', pattern: DURATION.source },
);

const WINDOWS = {
  type: 'array',
  items: {
    type: 'array',
    description:
      'Such as `["09:00", "18:00"]`: from a time to a time, `24:00` as an end; an end before its start is on the next day (R2).',
    prefixItems: [
      { type: 'string', pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' },
      { type: 'string', pattern: '^(?:(?:[01]\\d|2[0-3]):[0-5]\\d|24:00)$' },
    ],
    items: false,
    minItems: 2,
  },
};
const DATE = { type: 'string', format: 'date' };

/** A calendar's own rules say what is wrong with it: see {@link validateCalendar}. */
export class OpenHoursBody {
  /** An IANA time zone, for example Asia/Seoul. */
  @Described(() => ({ type: 'string' }))
  timeZone!: Calendar['timeZone'];

  /** When it is open on each weekday, 1 (Monday) to 7. A weekday left out is closed. */
  @Described(() => ({
    type: 'object',
    properties: Object.fromEntries(WEEKDAYS.map((day) => [day, WINDOWS])),
    additionalProperties: false,
  }))
  week!: Calendar['week'];

  /** Local dates on which no window starts (R4). */
  @Described(() => ({ type: 'array', items: DATE, maxItems: MAX_DATES }))
  holidays: Calendar['holidays'] = [];

  /** Windows that replace those of one local date, a holiday's too (R4). */
  @Described(() => ({ type: 'object', propertyNames: DATE, additionalProperties: WINDOWS, maxProperties: MAX_DATES }))
  @OwnNames()
  overrides: Calendar['overrides'] = {};
}

export class CalendarBody extends OpenHoursBody {
  @Text(200)
  displayName!: string;

  @Optional()
  @IsInstantText()
  effectiveFrom?: string;

  alsoCheck(): readonly FieldError[] {
    const { timeZone, week, holidays, overrides } = this;
    return validateCalendar({ timeZone, week, holidays, overrides });
  }
}

/** A file has no fields, so its address says from when on it counts. */
export class ImportQuery {
  @Optional()
  @IsInstantText()
  effectiveFrom?: string;
}

class ConditionBody {
  @Optional()
  @IsIn(IMPACTS)
  impact?: (typeof IMPACTS)[number];

  @Optional()
  @IsIn(INCIDENT_TYPES)
  incidentType?: (typeof INCIDENT_TYPES)[number];

  @Optional()
  @IsLanguage()
  language?: string;

  @Optional()
  @IsIn(ISSUE_CLASSES)
  issueClass?: (typeof ISSUE_CLASSES)[number];

  @OptionalText(100)
  product?: string;

  @Optional()
  @IsId()
  customerId?: string;
}

class RuleBody {
  @Nested(ConditionBody)
  when: ConditionBody = new ConditionBody();

  @IsDuration()
  budget!: string;

  @IsId()
  calendarId: string = 'always';
}

class EscalationBody {
  @IsDelay()
  after!: string;

  @IsId()
  to!: string;
}

export class PolicyBody {
  @Text(200)
  displayName!: string;

  @IsIn(OBLIGATION_KINDS)
  obligation!: PolicyDefinition['obligation'];

  @IsIn(['retroactive', 'fromChange'])
  severityChange: PolicyDefinition['severityChange'] = 'retroactive';

  @IsArray()
  @ArrayMaxSize(10)
  @NothingTwice()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(99, { each: true })
  warnings: number[] = [];

  @IsArray()
  @ArrayMaxSize(20)
  @Text(100, { each: true })
  pausesOn: string[] = [];

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @NestedList(RuleBody)
  rules!: RuleBody[];

  @IsArray()
  @ArrayMaxSize(10)
  @NestedList(EscalationBody)
  escalation: EscalationBody[] = [];

  @Optional()
  @IsInstantText()
  effectiveFrom?: string;
}

/** A definition, and from when on it counts; at once when left out. */
interface Publication<Definition> {
  readonly definition: Definition;
  readonly effectiveFrom: Instant | undefined;
}

export const calendarOf = ({
  displayName,
  effectiveFrom,
  ...calendar
}: CalendarBody): Publication<CalendarDefinition> => ({
  definition: { displayName, ...normalizeCalendar(calendar) },
  effectiveFrom: toOptionalInstant(effectiveFrom),
});

/** Plain JSON without the fields that were left out. */
export const policyOf = ({ effectiveFrom, ...policy }: PolicyBody): Publication<PolicyDefinition> => ({
  definition: JSON.parse(JSON.stringify(policy)) as PolicyDefinition, // validated; only its classes go
  effectiveFrom: toOptionalInstant(effectiveFrom),
});
