export const OBLIGATION_KINDS = ['programFirstResponse', 'partnerFirstResponse', 'nextResponse', 'resolution'] as const;
export type ObligationKind = (typeof OBLIGATION_KINDS)[number];

/** A critical, B moderate, C minimal (REQ-55). */
export const IMPACTS = ['critical', 'moderate', 'minimal'] as const;
export type Impact = (typeof IMPACTS)[number];

export const INCIDENT_TYPES = ['breakFix', 'nonBreakFix'] as const;
export const ISSUE_CLASSES = ['technical', 'billing', 'subscriptionManagement', 'fraud'] as const;

/** What a rule looks at; a language matches by its primary part, so `en` also fits `en-GB`. */
export type RuleCondition = {
  readonly impact?: Impact;
  readonly incidentType?: (typeof INCIDENT_TYPES)[number];
  readonly language?: string;
  readonly issueClass?: (typeof ISSUE_CLASSES)[number];
  readonly product?: string;
  readonly customerId?: string;
};

export type PolicyRule = {
  readonly when: RuleCondition;
  /** ISO 8601 duration of open time, e.g. `PT2H` or `PT3S`. */
  readonly budget: string;
  readonly calendarId: string;
};

/** A promise as the partner publishes it. The first rule that fits counts. */
export type PolicyDefinition = {
  readonly displayName: string;
  readonly obligation: ObligationKind;
  /** R8. */
  readonly severityChange: 'retroactive' | 'fromChange';
  /** Percent of the open time. */
  readonly warnings: readonly number[];
  readonly pausesOn: readonly string[];
  readonly rules: readonly PolicyRule[];
  readonly escalation: readonly { readonly after: string; readonly to: string }[];
};

/** What of a request decides which rule fits. */
export interface RequestFacts {
  readonly impact: Impact;
  readonly incidentType: string;
  readonly language: string;
  readonly issueClass: string;
  readonly product?: string | undefined;
  readonly customerId: string;
}

const primary = (language: string): string => language.toLowerCase().split('-', 1)[0] ?? '';

export const sameLanguage = (a: string, b: string): boolean => primary(a) === primary(b);

const fits = (when: RuleCondition, facts: RequestFacts): boolean =>
  (Object.entries(when) as [keyof RuleCondition, string][]).every(([field, wanted]) =>
    field === 'language' ? sameLanguage(wanted, facts.language) : wanted === facts[field],
  );

export const firstFit = (policy: PolicyDefinition, facts: RequestFacts): PolicyRule | undefined =>
  policy.rules.find(({ when }) => fits(when, facts));
