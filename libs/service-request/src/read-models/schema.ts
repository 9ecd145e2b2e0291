/** Instants are RFC 3339 UTC text, which sorts as time. */
export interface ServiceRequestRow {
  readonly tenant: string;
  readonly id: string;
  readonly number: string;
  readonly customer_id: string;
  readonly status: string;
  readonly impact: string;
  readonly filed_at: string;
  /** 1 for one that few may see (REQ-12). */
  readonly restricted: 0 | 1;
  /** The state as JSON; views are drawn from it. */
  readonly state: string;
  readonly revision: number;
  readonly position: string;
}

/** One row an obligation, whatever became of it. */
export interface DeadlineRow {
  readonly tenant: string;
  readonly request_id: string;
  readonly kind: string;
  readonly cycle: number;
  readonly revision: number;
  readonly state: string;
  readonly impact: string;
  readonly customer_id: string;
  /** 1 for one of a request that few may see, as it was filed. */
  readonly restricted: 0 | 1;
  /** Empty while paused: lists go on after a row by comparing with it, and nothing compares with a null. */
  readonly due_at: string;
  /** When a timer is to ask next; null when nothing is to be asked. */
  readonly check_at: string | null;
  /** When what was owed was done. */
  readonly responded_at: string | null;
  /** As in the request's view. */
  readonly obligation: string;
}

/** A downgrade or a pause while a deadline ran. */
export interface DeadlineGamingRow {
  readonly tenant: string;
  /** The event's. */
  readonly id: string;
  readonly at: string;
  readonly kind: 'downgrade' | 'pause' | 'languageChange';
  readonly request_id: string;
  readonly reason: string;
  /** As JSON. */
  readonly actor: string;
  /** The person that a service says it acted for. */
  readonly on_behalf_of: string | null;
  /** How long before the nearest deadline. */
  readonly until_due_ms: number;
  /** The same in few steps, see {@link nearnessOf}. */
  readonly nearness: number;
  /** 1 for one of a request that few may see. */
  readonly restricted: 0 | 1;
  readonly from: string | null;
  readonly to: string | null;
}

/** What became of a promise, and from when until when that was what had been recorded of it. */
export interface OutcomeRow {
  readonly tenant: string;
  readonly due_at: string;
  readonly request_id: string;
  readonly kind: string;
  readonly cycle: number;
  /** Of the event that made it so. */
  readonly revision: number;
  readonly outcome: 'met' | 'breached' | 'annulled';
  readonly recorded_from: string;
  /** Null while it holds. */
  readonly recorded_until: string | null;
  readonly policy_id: string;
  readonly customer_id: string;
  /** Of the promise at its breach, else at its answer (E30). */
  readonly severity: string;
  readonly budget_ms: number;
  readonly responded_at: string | null;
  /** Open, unpaused time to the answer; null when there is none or it was not measured. */
  readonly elapsed_ms: number | null;
  /** 1 when a budget of just `elapsed_ms` had run out before the answer. */
  readonly clock_stood: 0 | 1;
}

export interface ServiceRequestSchema {
  outcomes: OutcomeRow;
  deadline_gaming: DeadlineGamingRow;
  service_requests: ServiceRequestRow;
  deadlines: DeadlineRow;
}
