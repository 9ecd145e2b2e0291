import { hadNoEffect } from '#aggregates';
import type { RecordedEvent } from '#event-store';
import { DomainError, type Instant } from '#kernel';
import { isPromise, type PromiseDue, type ServiceRequestEvent, serviceRequestType } from '#service-request';

type Of<Type extends ServiceRequestEvent['type']> = Extract<ServiceRequestEvent, { readonly type: Type }>['data'];

/** `recorded`: timers ask when they did; `prompt`: as soon as they should. */
export type RecordedTimers = 'recorded' | 'prompt';

type SentStep = { readonly at: Instant; readonly do: string } & Readonly<Record<string, unknown>>;

const merged = (): never => {
  throw new DomainError(
    'conflict',
    'what-if-merged',
    'The request took part in a merge, which a scenario of one request cannot tell. Write one with a merge step.',
  );
};

const claimedAt = (field: string, claimed: Instant, recordedAt: Instant) =>
  claimed === recordedAt ? {} : { [field]: claimed };

const escalation = ({ to, reason, note, vehicle, criterion, externalId, obligation, escalatedAt }: Of<'Escalated'>) =>
  reason === 'manual' || reason === 'vendor'
    ? { at: escalatedAt, do: 'escalate', target: to, reason: note, vehicle, criterion, externalId }
    : { at: escalatedAt, do: 'ask', ...obligation };

const resumption = ({ reasons, resumedAt, recordedAt }: Of<'ClockResumed'>): SentStep => ({
  at: recordedAt,
  do: 'resume',
  ...(reasons.length === 1 && { reason: reasons[0] }),
  ...claimedAt('resumedAt', resumedAt, recordedAt),
});

/** What was done, by the first event that it led to; undefined for the filing and for what is no step. */
const stepBehind = ({ type, data }: ServiceRequestEvent): SentStep | undefined => {
  switch (type) {
    case 'SeverityAssigned':
      return { at: data.assignedAt, do: 'changeSeverity', impact: data.impact, reason: data.reason };
    case 'FirstResponseGiven':
    case 'ResponseGiven':
      return {
        at: data.recordedAt,
        do: 'respond',
        text: data.text,
        ...claimedAt('respondedAt', data.respondedAt, data.recordedAt),
      };
    case 'DeadlineApproaching':
      return { at: data.noticedAt, do: 'ask', kind: data.kind, cycle: data.cycle };
    case 'ResponseBreached':
    case 'ResolutionBreached':
      return { at: data.detectedAt, do: 'ask', kind: data.kind, cycle: data.cycle };
    case 'BreachAnnulled': {
      const { annulledAt, kind, cycle, reason, evidence } = data;
      return { at: annulledAt, do: 'annul', kind, cycle, reason, evidence };
    }
    case 'ObligationReevaluated':
      return { at: data.reevaluatedAt, do: 'reevaluate', kind: data.kind, cycle: data.cycle, reason: data.reason };
    case 'Escalated':
      return escalation(data);
    case 'ClockPaused': {
      const { reason, pausedAt, recordedAt } = data;
      return { at: recordedAt, do: 'pause', reason, ...claimedAt('pausedAt', pausedAt, recordedAt) };
    }
    case 'ClockResumed':
      return resumption(data);
    case 'LanguageChanged':
      return {
        at: data.changedAt,
        do: 'changeLanguage',
        preferredSupportLanguage: data.preferredSupportLanguage,
        ...(data.reason !== undefined && { reason: data.reason }),
      };
    case 'RequestResolved':
      return { at: data.resolvedAt, do: 'resolve', summary: data.summary };
    case 'RequestClosed':
      return { at: data.closedAt, do: 'close', reason: data.reason };
    case 'RequestReopened':
      return { at: data.reopenedAt, do: 'reopen', reason: data.reason };
    case 'DuplicateAbsorbed':
    case 'RequestMerged':
      return merged();
    case 'RequestFiled':
    case 'NoteAdded':
    case 'FirstResponseDue': // a deadline comes with what moved it
    case 'NextResponseDue':
    case 'ResolutionDue':
      return undefined;
  }
};

/** What was filed, and under which policies, by the events of the command that filed it. */
const filingIn = (events: readonly ServiceRequestEvent[]) => {
  const filed = events.find((event) => event.type === 'RequestFiled');
  const assigned = events.find((event) => event.type === 'SeverityAssigned');
  if (filed === undefined || assigned === undefined) throw new Error('The history does not begin with a filing.');
  const { filedAt: at, customerId, incidentType, issueClass, preferredSupportLanguage, product } = filed.data;
  // An import has its later promises in the same append.
  const isOfFiling = ({ data }: PromiseDue): boolean =>
    data.revision === 1 && data.serviceLevelAgreement.startTime === at;
  const policyIds = events
    .filter(isPromise)
    .filter(isOfFiling)
    .map(({ data }) => data.policy.id);
  const { impact } = assigned.data;
  return { policyIds, filing: { at, impact, incidentType, issueClass, preferredSupportLanguage, product, customerId } };
};

const isImport = ({ type, data }: ServiceRequestEvent): boolean =>
  type === 'RequestFiled' && data.importedFrom !== undefined;

const isFirstSeverity = ({ type, data }: ServiceRequestEvent): boolean =>
  type === 'SeverityAssigned' && data.from === undefined;

/**
 * The scenario that a request has lived through, as `POST /v1/sla/what-if` takes it: run as it is, it gives the recorded
 * verdicts; changed, it shows what else could have been. Policies are named, not copied.
 *
 * @param history every event of the request, in order
 * @param now where the scenario ends
 * @throws DomainError `conflict` when it took part in a merge
 */
export const recordedScenario = (history: readonly RecordedEvent[], timers: RecordedTimers, now: Instant) => {
  const recorded = history.filter((event) => !hadNoEffect(event));
  const commandOf = (index: number): string | undefined => recorded[index]?.meta.commandId;
  const events = recorded.map((event) => serviceRequestType.codec.decode(event));
  const { policyIds, filing } = filingIn(events.filter((_, index) => commandOf(index) === commandOf(0)));
  // The events of a command are one append, so they stand together; the first one tells what was done. Only an import
  // is many steps in one, each told by an event of its own.
  const imported = events.some(isImport) ? commandOf(0) : undefined;
  const isTold = (event: ServiceRequestEvent, index: number): boolean =>
    commandOf(index) === commandOf(index - 1) && (commandOf(index) !== imported || isFirstSeverity(event));
  const done = events.flatMap((event, index) => (isTold(event, index) ? [] : (stepBehind(event) ?? [])));
  const timeline =
    timers === 'recorded' ? [{ at: filing.at, do: 'workersDown' }, ...done] : done.filter((step) => step.do !== 'ask');
  const last = done.reduce((latest, { at }) => (at > latest ? at : latest), now);
  return { policyIds, filing, timeline, until: last };
};
