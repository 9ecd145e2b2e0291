import { IsIn } from 'class-validator';
import { IsId, IsInstantText, IsLanguage, OptionalText, toInstant } from '#bodies';
import { type Impact, IMPACTS, INCIDENT_TYPES, ISSUE_CLASSES } from '#service-level';
import type { Filing } from './scenario.js';

/** As {@link FileRequestBody}, less what no deadline depends on. */
export class FilingBody {
  @IsInstantText()
  at!: string;

  @IsIn(IMPACTS)
  impact!: Impact;

  @IsIn(INCIDENT_TYPES)
  incidentType: string = 'breakFix';

  @IsIn(ISSUE_CLASSES)
  issueClass: string = 'technical';

  @IsLanguage()
  preferredSupportLanguage: string = 'en';

  @OptionalText(100)
  product?: string;

  @IsId()
  customerId: string = 'what-if';
}

/** What was sent as a filing, ready to run. */
export const filingOf = ({ at, product, ...facts }: FilingBody): Filing => ({
  ...facts,
  at: toInstant(at),
  ...(product !== undefined && { product }),
});
