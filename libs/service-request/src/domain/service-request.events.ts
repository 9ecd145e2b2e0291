import type { CustomerId, DomainEvent, Instant, RequestId } from '#kernel';
import type { Impact, ObligationKind } from '#service-level';

/** `expirationTime` is null while the clock is paused (R7); `slaMinutes` may have a fraction. */
export type ServiceLevelAgreement = {
  readonly startTime: Instant;
  readonly expirationTime: Instant | null;
  readonly slaMinutes: number;
};

export type Version = { readonly id: string; readonly version: number };

/** Which promise: its kind, and the how-manieth of that kind on this request. */
export type ObligationKey = { readonly kind: ObligationKind; readonly cycle: number };

export type FiledDetails = {
  readonly number: string;
  readonly customerId: CustomerId;
  readonly title: string;
  readonly description?: string;
  readonly incidentType: string;
  readonly issueClass: string;
  readonly category?: string;
  readonly product?: string;
  readonly preferredSupportLanguage: string;
  readonly preferredTimeZone?: string;
  readonly problemStartTime?: Instant;
  readonly contact?: { readonly name?: string; readonly emailAddress?: string };
  readonly channel?: string;
  readonly filedAt: Instant;
};

export type RequestFiled = DomainEvent<'RequestFiled', FiledDetails & { requestId: RequestId }>;

/** The impact given when filing is the first assignment; each later one says why (REQ-55). */
export type SeverityAssigned = DomainEvent<
  'SeverityAssigned',
  { requestId: RequestId; impact: Impact; reason?: string; assignedAt: Instant }
>;

/** The promise as a fact: a later change of policy, calendar or zone data never moves a deadline already given (G10). */
export type FirstResponseDue = DomainEvent<'FirstResponseDue', ResponsePromise>;
/** A promise of a further answer, given when a request is reopened after its first response. */
export type NextResponseDue = DomainEvent<'NextResponseDue', ResponsePromise>;

export type ResponsePromise = ObligationKey & {
  readonly requestId: RequestId;
  /** Counts the deadlines of this obligation; only the newest one may be missed. */
  readonly revision: number;
  readonly serviceLevelAgreement: ServiceLevelAgreement;
  readonly policy: Version;
  readonly calendar: Version;
  readonly severity: Impact;
  readonly severityChange: 'retroactive' | 'fromChange';
  /** Version of the time zone data that the deadline was computed with, e.g. `2025b`. */
  readonly tzdata: string;
  readonly escalateTo: string;
};

type Answer = {
  readonly requestId: RequestId;
  readonly text: string;
  readonly respondedAt: Instant;
  readonly recordedAt: Instant;
  /** The open promises that this answer keeps, or would have kept. */
  readonly answers: readonly ObligationKey[];
};

export type FirstResponseGiven = DomainEvent<'FirstResponseGiven', Answer>;
export type ResponseGiven = DomainEvent<'ResponseGiven', Answer>;

/** A broken promise; never removed, at most one an obligation (R9, G2). */
export type ResponseBreached = DomainEvent<
  'ResponseBreached',
  ObligationKey & {
    requestId: RequestId;
    revision: number;
    dueAt: Instant;
    detectedAt: Instant;
    severity: Impact;
    cause: 'timer' | 'severityChange';
    respondedAt: Instant | null;
  }
>;

export type Escalated = DomainEvent<
  'Escalated',
  {
    requestId: RequestId;
    level: number;
    to: string;
    reason: 'breach' | 'manual' | 'vendor';
    note?: string;
    vehicle?: string;
    criterion?: string;
    externalId?: string;
    obligation?: ObligationKey;
    escalatedAt: Instant;
  }
>;

export type NoteAdded = DomainEvent<
  'NoteAdded',
  { requestId: RequestId; text: string; visibility: 'internal' | 'customer'; addedAt: Instant }
>;
export type RequestResolved = DomainEvent<
  'RequestResolved',
  { requestId: RequestId; summary: string; resolvedAt: Instant }
>;
export type RequestClosed = DomainEvent<'RequestClosed', { requestId: RequestId; reason: string; closedAt: Instant }>;
export type RequestReopened = DomainEvent<
  'RequestReopened',
  { requestId: RequestId; reason: string; reopenedAt: Instant }
>;

export type ServiceRequestEvent =
  | RequestFiled
  | SeverityAssigned
  | FirstResponseDue
  | NextResponseDue
  | FirstResponseGiven
  | ResponseGiven
  | ResponseBreached
  | Escalated
  | NoteAdded
  | RequestResolved
  | RequestClosed
  | RequestReopened;
