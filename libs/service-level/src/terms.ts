import type { CompiledCalendar } from '#business-time';
import type { ObligationKind, PolicyDefinition } from './domain/policy-definition.js';

export interface Pinned {
  readonly id: string;
  readonly version: number;
}

/** The calendar of a promise, and what it took from its time zone (R10). */
export interface PinnedCalendar extends Pinned {
  readonly tzdata: string;
  /** Null when it was promised before that was kept. */
  readonly zoneRules: string | null;
}

export type EscalationStep = {
  readonly afterMs: number;
  readonly to: string;
};

/** What one request is promised: the rule that fits it, in the versions that its first promise was made under (R10). */
export interface Terms {
  readonly obligation: ObligationKind;
  readonly severityChange: PolicyDefinition['severityChange'];
  readonly budgetMs: number;
  readonly policy: Pinned;
  readonly calendar: Pinned & { readonly openHours: CompiledCalendar };
  /** Version of the time zone data that counts: of a promise made already its own, else the one at hand. */
  readonly tzdata: string;
  /** Reasons that stop this promise's clock. */
  readonly pausesOn: readonly string[];
  /** Percent of the open time, in rising order (R11). */
  readonly warnings: readonly number[];
  /** Who is told how long after a miss, soonest first; never empty. */
  readonly escalation: readonly EscalationStep[];
}
