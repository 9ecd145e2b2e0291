/** What the stories read of the answers; the contract has more. */
export interface RequestView {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly severity: { readonly impact: string };
  readonly filedAt: string;
  readonly obligations: readonly {
    readonly kind: string;
    readonly cycle: number;
    readonly state: string;
    readonly serviceLevelAgreement: {
      readonly startTime: string;
      readonly expirationTime: string | null;
      readonly slaMinutes: number;
    };
    readonly respondedAt?: string;
    readonly breach?: { readonly dueAt: string; readonly detectedAt: string; readonly severity: string };
  }[];
  readonly escalations: readonly { readonly reason: string; readonly to: string }[];
  readonly revision: number;
  readonly position: string;
}

export interface HistoryItem {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
  readonly commandId: string;
  readonly causationId: string | null;
  readonly actor: { readonly id: string; readonly role: string };
  readonly data: Readonly<Record<string, unknown>>;
}

export interface AlertView {
  readonly id: string;
  readonly serviceRequestId: string;
  readonly kind: string;
  readonly state: string;
  readonly severity: string;
  readonly dueAt: string;
  readonly detectedAt: string;
  readonly openedAt: string;
  readonly snoozedUntil?: string;
  readonly revision: number;
  readonly position: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string; readonly code: string }[];
}
