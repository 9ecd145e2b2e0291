import type { CustomerId, DomainEvent, Instant, RequestId } from '#kernel';
import type { EscalationStep, Impact, ObligationKind } from '#service-level';

/** `expirationTime` is null while the clock is paused (R7); `slaMinutes` may have a fraction. */
export type ServiceLevelAgreement = {
  readonly startTime: Instant;
  readonly expirationTime: Instant | null;
  readonly slaMinutes: number;
};

export type Version = { readonly id: string; readonly version: number };

/** Which promise: its kind, and the how-manieth of that kind on this request. */
export type ObligationKey = { readonly kind: ObligationKind; readonly cycle: number };

/** Where a ticket was before: its system, and its id there. */
export type ImportedFrom = { readonly system: string; readonly externalId: string };

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
  /** Only of one that was imported: then the same append has its whole life until then, with the times of then. */
  readonly importedFrom?: ImportedFrom;
};

export type RequestFiled = DomainEvent<'RequestFiled', FiledDetails & { requestId: RequestId }>;

/**
 * The impact given when filing is the first assignment; each later one says why (REQ-55), what it was before and how
 * near the nearest deadline was, so that a change made to dodge one can be seen (E31).
 */
export type SeverityAssigned = DomainEvent<
  'SeverityAssigned',
  {
    requestId: RequestId;
    impact: Impact;
    reason?: string;
    assignedAt: Instant;
    from?: Impact;
    /** Milliseconds from the change to the nearest deadline that ran; null when none did. */
    untilDueMs?: number | null;
  }
>;

/** The promise as a fact: a later change of policy, calendar or zone data never moves a deadline already given (G10). */
export type FirstResponseDue = DomainEvent<'FirstResponseDue', ObligationPromise>;
/** A promise of a further answer, given when a request is reopened after its first response. */
export type NextResponseDue = DomainEvent<'NextResponseDue', ObligationPromise>;
/** A promise to have it solved; kept when the request is resolved in time. */
export type ResolutionDue = DomainEvent<'ResolutionDue', ObligationPromise>;
export type PromiseDue = FirstResponseDue | NextResponseDue | ResolutionDue;

/** A point on the way to a deadline, in percent of its open time (R11). */
export type Warning = { readonly percent: number; readonly at: Instant };

/** A clock that stands: since when, and what was due then. What was left then is left again when it runs (R7). */
export type Suspended = { readonly pausedAt: Instant; readonly dueAt: Instant };

/**
 * When the clock stood still; `to` is null while it still does (R7). A reason stops the promises that list it; null is
 * the time that the request was settled, which stops them all (E41).
 */
export type Pause = { readonly from: Instant; readonly to: Instant | null; readonly reason: string | null };

/** Until `since` the promise ran on another request, with these pauses; none of them is open. */
export type TakenOver = { readonly since: Instant; readonly pauses: readonly Pause[] };

export type ObligationPromise = ObligationKey & {
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
  /** What the deadline took from the time zone, enough to compute it again (R10); null when it was promised before that was kept. */
  readonly zoneRules: string | null;
  /** Who is told how long after a miss, soonest first. */
  readonly escalation: readonly EscalationStep[];
  /** Reasons that stop this promise's clock. */
  readonly pausesOn: readonly string[];
  /** Those of this deadline that were still to be told when it was promised; none while paused. */
  readonly warnings: readonly Warning[];
  /** Only while `expirationTime` is null. */
  readonly suspended?: Suspended;
  /** Only where a merge handed it over (E44). */
  readonly takenOver?: TakenOver;
};

/** A promise that is answered, in time or late, and how long that took on its own clock: open time without pauses. */
export type AnsweredObligation = ObligationKey & {
  /** Null where it was not measured. */
  readonly elapsedMs: number | null;
  /** Closed hours or a pause went before the answer: a budget of just `elapsedMs` had run out already (R5). */
  readonly clockStood: boolean;
};

type Answer = {
  readonly requestId: RequestId;
  readonly text: string;
  readonly respondedAt: Instant;
  readonly recordedAt: Instant;
  /** The open promises that this answer keeps, or would have kept. */
  readonly answers: readonly AnsweredObligation[];
};

export type FirstResponseGiven = DomainEvent<'FirstResponseGiven', Answer>;
export type ResponseGiven = DomainEvent<'ResponseGiven', Answer>;

type Miss = ObligationKey & {
  requestId: RequestId;
  revision: number;
  dueAt: Instant;
  detectedAt: Instant;
  severity: Impact;
  /** `import`: it was past when its ticket came in, so nobody is told and no steps of escalation follow. */
  cause: 'timer' | 'severityChange' | 'languageChange' | 'reevaluation' | 'import';
  /** When it was done after all, if it was by the time the miss was found. */
  respondedAt: Instant | null;
};

/** A broken promise; never removed, at most one an obligation (R9, G2). */
export type ResponseBreached = DomainEvent<'ResponseBreached', Miss>;
export type ResolutionBreached = DomainEvent<'ResolutionBreached', Miss>;

/** A deadline comes near and is still owed; found late, only the highest percent passed is told. */
export type DeadlineApproaching = DomainEvent<
  'DeadlineApproaching',
  ObligationKey & {
    requestId: RequestId;
    revision: number;
    percent: number;
    at: Instant;
    dueAt: Instant;
    noticedAt: Instant;
    severity: Impact;
  }
>;

/** The breach stays in the history and in the view; the verdict is taken back by someone who shows why (R9). */
export type BreachAnnulled = DomainEvent<
  'BreachAnnulled',
  ObligationKey & { requestId: RequestId; reason: string; evidence: string; annulledAt: Instant }
>;

type Versions = { readonly policy: Version; readonly calendar: Version; readonly tzdata: string };

/** The promise was asked to follow newer versions than it was made under; its new deadline comes with it (R10). */
export type ObligationReevaluated = DomainEvent<
  'ObligationReevaluated',
  ObligationKey & { requestId: RequestId; reason: string; from: Versions; to: Versions; reevaluatedAt: Instant }
>;

/** `untilDueMs`: from the recording to the nearest deadline that it stops; null when it stops none. */
export type ClockPaused = DomainEvent<
  'ClockPaused',
  { requestId: RequestId; reason: string; pausedAt: Instant; recordedAt: Instant; untilDueMs: number | null }
>;

export type ClockResumed = DomainEvent<
  'ClockResumed',
  { requestId: RequestId; reasons: readonly string[]; resumedAt: Instant; recordedAt: Instant }
>;

/** Another language may be another calendar, so it is told how near a deadline was, as for a severity. */
export type LanguageChanged = DomainEvent<
  'LanguageChanged',
  {
    requestId: RequestId;
    from: string;
    preferredSupportLanguage: string;
    reason?: string;
    changedAt: Instant;
    /** Milliseconds from the change to the nearest deadline that ran; null when none did, or when it was not kept. */
    untilDueMs: number | null;
  }
>;

/** On the stream of the request that survives a merge; the promises it takes over follow in the same append. */
export type DuplicateAbsorbed = DomainEvent<
  'DuplicateAbsorbed',
  { requestId: RequestId; duplicateId: RequestId; absorbedAt: Instant }
>;

/** On the stream of the duplicate: it is settled, what is owed is owed on the other one. */
export type RequestMerged = DomainEvent<'RequestMerged', { requestId: RequestId; into: RequestId; mergedAt: Instant }>;

export type Escalated = DomainEvent<
  'Escalated',
  {
    requestId: RequestId;
    level: number;
    to: string;
    /** `unanswered`: a later step after a miss; `severityUpgrade`: missed before, and worse now (E29). */
    reason: 'breach' | 'unanswered' | 'severityUpgrade' | 'manual' | 'vendor';
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
  {
    requestId: RequestId;
    summary: string;
    resolvedAt: Instant;
    /** The open promises of a resolution, all of them; none is named where it was not measured. */
    resolves: readonly AnsweredObligation[];
  }
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
  | ResolutionDue
  | FirstResponseGiven
  | ResponseGiven
  | DeadlineApproaching
  | ResponseBreached
  | ResolutionBreached
  | BreachAnnulled
  | ObligationReevaluated
  | Escalated
  | ClockPaused
  | ClockResumed
  | LanguageChanged
  | NoteAdded
  | RequestResolved
  | RequestClosed
  | RequestReopened
  | DuplicateAbsorbed
  | RequestMerged;

/** What happens to a request once it is filed. */
export type LaterEvent = Exclude<ServiceRequestEvent, RequestFiled>;
