import type { CompiledCalendar } from '#business-time';
import type { ObligationKind, PolicyDefinition } from './domain/policy-definition.js';

export interface Pinned {
  readonly id: string;
  readonly version: number;
}

/** What one request is promised: the rule that fits it, in the versions that its first promise was made under (R10). */
export interface Terms {
  readonly obligation: ObligationKind;
  readonly severityChange: PolicyDefinition['severityChange'];
  readonly budgetMs: number;
  readonly policy: Pinned;
  readonly calendar: Pinned & { readonly openHours: CompiledCalendar };
  /** Version of the time zone data at hand. */
  readonly tzdata: string;
  /** Who is told of a breach. */
  readonly escalateTo: string;
}
