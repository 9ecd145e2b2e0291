import type { Instant } from '#kernel';
import type { CalendarDefinition, Impact, ObligationKind, PolicyDefinition } from '#service-level';
import type { EscalateRequestCommand } from '#service-request/commands';

/** A request as it would be filed. */
export interface Filing {
  readonly at: Instant;
  readonly customerId: string;
  readonly impact: Impact;
  readonly incidentType: string;
  readonly issueClass: string;
  readonly preferredSupportLanguage: string;
  readonly product?: string;
}

/** An obligation of the request; where it is optional and left out, all that the step can be about. */
interface About {
  readonly kind?: ObligationKind | undefined;
  readonly cycle: number;
}

/** What somebody does, or what befalls the workers that run the timers. */
export type Action =
  | { readonly do: 'changeSeverity'; readonly impact: Impact; readonly reason: string }
  | { readonly do: 'respond'; readonly text: string; readonly respondedAt?: Instant | undefined }
  | { readonly do: 'pause'; readonly reason: string; readonly pausedAt?: Instant | undefined }
  | { readonly do: 'resume'; readonly reason?: string | undefined; readonly resumedAt?: Instant | undefined }
  | {
      readonly do: 'changeLanguage';
      readonly preferredSupportLanguage: string;
      readonly reason?: string | undefined;
    }
  | ({ readonly do: 'escalate' } & EscalateRequestCommand['input'])
  | { readonly do: 'resolve'; readonly summary: string }
  | { readonly do: 'close'; readonly reason: string }
  | { readonly do: 'reopen'; readonly reason: string }
  | ({ readonly do: 'annul'; readonly reason: string; readonly evidence: string } & About)
  | ({ readonly do: 'reevaluate'; readonly reason: string } & About)
  /** A duplicate, filed at its own time, is merged into the request. */
  | { readonly do: 'merge'; readonly duplicate: Filing }
  /** A timer fires now, however early, late or often: it only asks. */
  | ({ readonly do: 'ask' } & About)
  | { readonly do: 'workersDown' }
  | { readonly do: 'workersUp' }
  /** The queue forgets all its timers. */
  | { readonly do: 'timersLost' };

export type Step = Action & { readonly at: Instant };

/** What is tried: under which policies and calendars, what is filed, what happens then, and until when to look. */
export interface Scenario {
  /** Its own; they come before published ones of the same id. */
  readonly policies: ReadonlyMap<string, PolicyDefinition>;
  readonly calendars: ReadonlyMap<string, CalendarDefinition>;
  readonly policyIds: readonly string[];
  readonly filing: Filing;
  /** Those at one instant happen in the order given. */
  readonly timeline: readonly Step[];
  readonly until: Instant;
}
