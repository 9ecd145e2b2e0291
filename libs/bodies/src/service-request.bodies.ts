import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import {
  IsEmailAddress,
  IsId,
  IsInstantText,
  IsLanguage,
  IsZone,
  Optional,
  OptionalText,
  PolicyIds,
  Text,
} from './fields.js';
import { Nested } from './nested.js';
import type { FieldError } from '#kernel';
import { type Impact, IMPACTS, INCIDENT_TYPES, ISSUE_CLASSES } from '#service-level';

const LONG = 20_000;

class ContactBody {
  @OptionalText(200)
  name?: string;

  @Optional()
  @IsString()
  @MaxLength(254)
  @IsEmailAddress()
  emailAddress?: string;
}

/** REQ-62: there is no filing by phone. */
const CHANNELS = ['portal', 'email', 'chat', 'api'];

export class FileRequestBody {
  @IsId()
  customerId!: string;

  @Text(200)
  title!: string;

  @IsIn(IMPACTS)
  impact!: Impact;

  @OptionalText(LONG)
  description?: string;

  @IsIn(INCIDENT_TYPES)
  incidentType: string = 'breakFix';

  @IsIn(ISSUE_CLASSES)
  issueClass: string = 'technical';

  @OptionalText(100)
  category?: string;

  @OptionalText(100)
  product?: string;

  @IsLanguage()
  preferredSupportLanguage: string = 'en';

  @Optional()
  @IsZone()
  preferredTimeZone?: string;

  @Optional()
  @IsInstantText()
  problemStartTime?: string;

  @Optional()
  @Nested(ContactBody)
  contact?: ContactBody;

  @Optional()
  @IsIn(CHANNELS)
  channel?: string;

  /** The programme's when neither this nor `policyIds` is sent. */
  @Optional()
  @IsId()
  policyId?: string;

  @PolicyIds()
  policyIds?: string[];

  alsoCheck(): readonly FieldError[] {
    if (this.policyId === undefined || this.policyIds === undefined) return [];
    const detail = 'Send policyId or policyIds, not both.';
    return [{ pointer: '#/policyIds', code: 'one-of', detail }];
  }
}

export class PauseClockBody {
  @Text(100)
  reason!: string;

  @Optional()
  @IsInstantText()
  pausedAt?: string;
}

export class ResumeClockBody {
  @OptionalText(100)
  reason?: string;

  @Optional()
  @IsInstantText()
  resumedAt?: string;
}

export class ChangeLanguageBody {
  @IsLanguage()
  preferredSupportLanguage!: string;

  @OptionalText(2_000)
  reason?: string;
}

export class MergeRequestBody {
  /** The request that stays. */
  @IsUUID('all')
  into!: string;
}

export class AnnulBreachBody {
  @Text(2_000)
  reason!: string;

  @Text(LONG)
  evidence!: string;
}

export class ChangeSeverityBody {
  @IsIn(IMPACTS)
  impact!: Impact;

  @Text(2_000)
  reason!: string;
}

export class GiveResponseBody {
  @Text(LONG)
  text!: string;

  @Optional()
  @IsInstantText()
  respondedAt?: string;
}

export class AddNoteBody {
  @Text(LONG)
  text!: string;

  @IsIn(['internal', 'customer'])
  visibility: 'internal' | 'customer' = 'internal';
}

export class ResolveRequestBody {
  @Text(LONG)
  summary!: string;
}

export class ReasonBody {
  @Text(2_000)
  reason!: string;
}

/** REQ-22..25. */
const VEHICLES = ['commercial', 'PSfP', 'ASfP', 'SCS'];
/** CTX-01: what must go to the vendor. */
const CRITERIA = [
  'undocumentedIssue',
  'serviceUnavailable',
  'bugOrIrregularity',
  'networkOutage',
  'regionalMultiTenant',
];
const TARGETS = ['tier2', 'tier3', 'manager', 'vendor'];
const VENDOR_FIELDS = ['vehicle', 'criterion', 'externalId'] as const;

export class EscalateBody {
  @IsIn(TARGETS)
  target!: string;

  @Text(2_000)
  reason!: string;

  @Optional()
  @IsIn(VEHICLES)
  vehicle?: string;

  @Optional()
  @IsIn(CRITERIA)
  criterion?: string;

  @OptionalText(100)
  externalId?: string;

  /** To the vendor nothing goes without the vehicle and the criterion (REQ-10, REQ-21); to others neither makes sense. */
  alsoCheck(): readonly FieldError[] {
    if (this.target === 'vendor')
      return (['vehicle', 'criterion'] as const)
        .filter((field) => this[field] === undefined)
        .map((field) => ({
          pointer: `#/${field}`,
          code: 'required',
          detail: `${field} is required to escalate to the vendor.`,
        }));
    return VENDOR_FIELDS.filter((field) => this[field] !== undefined).map((field) => ({
      pointer: `#/${field}`,
      code: 'vendor-only',
      detail: `${field} belongs to an escalation to the vendor.`,
    }));
  }
}

/** What the body asks for, without the fields that were left out. */
export const escalationOf = ({ target, reason, vehicle, criterion, externalId }: EscalateBody) => ({
  target,
  reason,
  vendor:
    vehicle === undefined || criterion === undefined
      ? undefined
      : { vehicle, criterion, ...(externalId !== undefined && { externalId }) },
});
