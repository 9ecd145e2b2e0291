import { type CustomerId, type Instant, instantFromMs, instantToMs, type RequestId } from '#kernel';
import type { Impact, Terms } from '#service-level';
import type { ObligationKey, PromiseDue, ServiceRequestEvent } from '#service-request';
import { at } from './at.js';
import { programTerms } from './terms-of.js';

type Of<Type extends ServiceRequestEvent['type']> = Extract<ServiceRequestEvent, { type: Type }>;

export const requestId = '01980000-0000-7000-8000-000000000001' as RequestId;
export const firstResponse: ObligationKey = { kind: 'programFirstResponse', cycle: 1 };
export const nextResponse: ObligationKey = { kind: 'nextResponse', cycle: 1 };

export const filedDetails: Omit<Of<'RequestFiled'>['data'], 'requestId'> = {
  number: 'SR-260713-00000001',
  customerId: 'fabrikam' as CustomerId,
  title: 'Mail does not arrive',
  incidentType: 'breakFix',
  issueClass: 'technical',
  preferredSupportLanguage: 'en',
  filedAt: at('00:00'),
};

export const severityAssigned = (
  impact: Impact,
  assignedAt: Instant,
  reason?: string,
  change: Pick<Of<'SeverityAssigned'>['data'], 'from' | 'untilDueMs'> = {},
): Of<'SeverityAssigned'> => ({
  type: 'SeverityAssigned',
  data: { requestId, impact, assignedAt, ...(reason === undefined ? {} : { reason }), ...change },
});

interface Promised {
  readonly key?: ObligationKey;
  readonly revision?: number;
  readonly startTime?: Instant;
  readonly dueAt: Instant | null;
  readonly severity: Impact;
  readonly terms?: Terms;
  readonly warnings?: PromiseDue['data']['warnings'];
  readonly suspended?: PromiseDue['data']['suspended'];
}

const nameOf = ({ kind }: ObligationKey): PromiseDue['type'] =>
  kind === 'resolution' ? 'ResolutionDue' : kind === 'nextResponse' ? 'NextResponseDue' : 'FirstResponseDue';

/** The promise under the programme's terms for that severity, unless others are given. */
export const promised = (wanted: Promised): PromiseDue => {
  const { key = firstResponse, revision = 1, startTime = filedDetails.filedAt, dueAt, severity } = wanted;
  const { terms = programTerms(severity), warnings = [], suspended } = wanted;
  const { budgetMs, policy, calendar, severityChange, tzdata, escalation, pausesOn } = terms;
  const zoneRules = calendar.openHours.zoneRulesBetween(startTime, dueAt ?? suspended?.dueAt ?? startTime);
  return {
    type: nameOf(key),
    data: {
      requestId,
      ...key,
      revision,
      serviceLevelAgreement: { startTime, expirationTime: dueAt, slaMinutes: budgetMs / 60_000 },
      policy,
      calendar: { id: calendar.id, version: calendar.version },
      severity,
      severityChange,
      tzdata,
      zoneRules,
      escalation,
      pausesOn,
      warnings,
      ...(suspended && { suspended }),
    },
  };
};

/** Filed under the programme at 00:00, so that a critical one is due at 02:00, a moderate one at 04:00, a minimal one at 08:00. */
export const filed = (impact: Impact, terms: Terms = programTerms(impact)): readonly ServiceRequestEvent[] => {
  const { filedAt } = filedDetails;
  return [
    { type: 'RequestFiled', data: { requestId, ...filedDetails } },
    severityAssigned(impact, filedAt),
    promised({ severity: impact, terms, dueAt: instantFromMs(instantToMs(filedAt) + terms.budgetMs) }),
  ];
};

type Answers = readonly (ObligationKey & { readonly startTime?: Instant })[];

/** To promises on 24 × 7, from the filing on unless told otherwise. */
export const answered = (
  respondedAt: Instant,
  recordedAt: Instant = respondedAt,
  answers: Answers = [firstResponse],
): Of<'FirstResponseGiven'> => ({
  type: 'FirstResponseGiven',
  data: {
    requestId,
    text: 'We are on it.',
    respondedAt,
    recordedAt,
    answers: answers.map(({ kind, cycle, startTime = filedDetails.filedAt }) => ({
      kind,
      cycle,
      elapsedMs: instantToMs(respondedAt) - instantToMs(startTime),
      clockStood: false,
    })),
  },
});

export const breached = (
  dueAt: Instant,
  detectedAt: Instant,
  severity: Impact,
  rest: Partial<Of<'ResponseBreached'>['data']> = {},
): Of<'ResponseBreached'> => ({
  type: 'ResponseBreached',
  data: {
    requestId,
    ...firstResponse,
    revision: 1,
    dueAt,
    detectedAt,
    severity,
    cause: 'timer',
    respondedAt: null,
    ...rest,
  },
});

export const escalatedForBreach = (escalatedAt: Instant, level = 1, obligation = firstResponse): Of<'Escalated'> => ({
  type: 'Escalated',
  data: { requestId, level, to: 'duty-manager', reason: 'breach', obligation, escalatedAt },
});

export const closed = (closedAt: Instant): Of<'RequestClosed'> => ({
  type: 'RequestClosed',
  data: { requestId, reason: 'Withdrawn', closedAt },
});

export const reopened = (reopenedAt: Instant): Of<'RequestReopened'> => ({
  type: 'RequestReopened',
  data: { requestId, reason: 'It is back', reopenedAt },
});
