import { IsIn } from 'class-validator';
import { ROLES } from '#access';
import { durationToMs } from '#service-level';
import { check, IsDuration, IsInstantText, Optional, Text } from './fields.js';

export class IssueApiKeyBody {
  @Text(100)
  name!: string;

  @IsIn(ROLES)
  role!: string;

  @Optional()
  @IsInstantText()
  expiresAt?: string;
}

const LONGEST_OVERLAP = 'PT720H';

/** Two keys for one caller are for the time of a change, not for ever. */
const IsOverlap = check(
  'overlap',
  `must be at most ${LONGEST_OVERLAP}`,
  (value) => typeof value !== 'string' || (durationToMs(value) ?? 0) <= (durationToMs(LONGEST_OVERLAP) ?? 0),
);

export class RotateApiKeyBody {
  @IsDuration()
  @IsOverlap()
  overlap = 'PT1H';
}

export class PutTenantBody {
  @Text(200)
  displayName!: string;
}
