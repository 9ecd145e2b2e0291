/** Instants are RFC 3339 UTC text, which sorts as time. */
export interface ServiceRequestRow {
  readonly tenant: string;
  readonly id: string;
  readonly customer_id: string;
  readonly status: string;
  readonly impact: string;
  readonly filed_at: string;
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
  /** Null while paused. */
  readonly due_at: string | null;
  /** When a timer is to ask next; null when nothing is to be asked. */
  readonly check_at: string | null;
  /** As in the request's view. */
  readonly obligation: string;
}

/** A downgrade or a pause while a deadline ran. */
export interface DeadlineGamingRow {
  readonly tenant: string;
  /** The event's. */
  readonly id: string;
  readonly at: string;
  readonly kind: 'downgrade' | 'pause';
  readonly request_id: string;
  readonly reason: string;
  /** As JSON. */
  readonly actor: string;
  /** How long before the nearest deadline. */
  readonly until_due_ms: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface ServiceRequestSchema {
  deadline_gaming: DeadlineGamingRow;
  service_requests: ServiceRequestRow;
  deadlines: DeadlineRow;
}
