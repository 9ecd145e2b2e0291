import type { Instant } from '#kernel';
import { instantFromMs, instantToMs } from '#kernel';
import type { Impact } from '#service-level';
import type {
  AnsweredObligation,
  DeadlineApproaching,
  Escalated,
  ObligationKey,
  ObligationPromise,
  Pause,
  ResponseBreached,
  Warning,
} from './service-request.events.js';

export type Breach = { readonly dueAt: Instant; readonly detectedAt: Instant; readonly severity: Impact };

/** One promise and what became of it. `answered late` stays `open` until its breach is recorded. */
export type Obligation = Omit<ObligationPromise, 'requestId'> & {
  readonly state: 'open' | 'paused' | 'met' | 'breached' | 'annulled';
  /** When the customer was answered; of a resolution, when the request was resolved. */
  readonly respondedAt?: Instant;
  /** How long that took on the promise's own clock; left out where it was not measured. */
  readonly elapsedMs?: number;
  /** See {@link AnsweredObligation}. */
  readonly clockStood?: boolean;
  readonly breach?: Breach;
  /** The newest warning noticed of this deadline. */
  readonly warned?: Warning;
  /** After a miss: from when the steps of escalation count, and how many were taken. */
  readonly chain?: { readonly from: Instant; readonly steps: number };
  readonly annulment?: { readonly reason: string; readonly evidence: string; readonly annulledAt: Instant };
};

/** The budget of a promise in milliseconds: its minutes may have a fraction, e.g. for PT90S. */
export const budgetMsOf = ({ serviceLevelAgreement }: Pick<ObligationPromise, 'serviceLevelAgreement'>): number =>
  Math.round(serviceLevelAgreement.slaMinutes * 60_000);

/** Whether two name the same promise of a request, in whatever revision. */
export const sameObligation = (a: ObligationKey, b: ObligationKey): boolean => a.kind === b.kind && a.cycle === b.cycle;

/** Still owed, and not yet done late: what a new deadline can be given to. */
export const isOwed = ({ state, respondedAt }: Obligation): boolean =>
  (state === 'open' || state === 'paused') && respondedAt === undefined;

/** The pauses as they were at an instant, ended there. */
export const endedBy = (pauses: readonly Pause[], at: Instant): readonly Pause[] =>
  pauses
    .filter(({ from }) => from < at)
    .map((pause) => ({ ...pause, to: pause.to === null || pause.to > at ? at : pause.to }));

const onlySince = (pauses: readonly Pause[], since: Instant): readonly Pause[] =>
  pauses
    .filter(({ to }) => to === null || to > since)
    .map((pause) => (pause.from < since ? { ...pause, from: since } : pause));

/** The pauses that a promise has lived through: those of its request, or of the one that it was taken over from until then. */
export const livedThrough = (pauses: readonly Pause[], { takenOver }: Pick<ObligationPromise, 'takenOver'>) =>
  takenOver === undefined ? pauses : [...takenOver.pauses, ...onlySince(pauses, takenOver.since)];

/** The pauses that stop a promise's clock. */
export const stopping = (pauses: readonly Pause[], pausesOn: readonly string[]): readonly Pause[] =>
  pauses.length === 0 ? pauses : pauses.filter(({ reason }) => reason === null || pausesOn.includes(reason));

/** Changes those that are named; all others stay as they are. */
export const update = (
  obligations: readonly Obligation[],
  keys: readonly ObligationKey[],
  change: (obligation: Obligation) => Obligation,
): readonly Obligation[] =>
  obligations.map((obligation) =>
    keys.some((key) => sameObligation(key, obligation)) ? change(obligation) : obligation,
  );

/** Gives a promise a deadline, its first or another one; what it was warned of and stopped with is over then. */
export const promised = (
  obligations: readonly Obligation[],
  { requestId: _, ...promise }: ObligationPromise,
): readonly Obligation[] => {
  const known = obligations.find((obligation) => sameObligation(obligation, promise));
  const state = promise.serviceLevelAgreement.expirationTime === null ? 'paused' : 'open';
  if (known === undefined) return [...obligations, { ...promise, state }];
  const { suspended: __, warned: ___, ...kept } = known;
  const next: Obligation = { ...kept, ...promise, state: known.state === 'breached' ? 'breached' : state };
  return update(obligations, [promise], () => next);
};

export const answered =
  (respondedAt: Instant, answers: readonly AnsweredObligation[]) =>
  (obligation: Obligation): Obligation => {
    if (obligation.respondedAt !== undefined) return obligation;
    const due = obligation.serviceLevelAgreement.expirationTime;
    const met = obligation.state === 'paused' || (obligation.state === 'open' && due !== null && respondedAt <= due);
    const { elapsedMs = null, clockStood = false } = answers.find((one) => sameObligation(one, obligation)) ?? {};
    const measured = elapsedMs === null ? {} : { elapsedMs, clockStood };
    return { ...obligation, respondedAt, ...measured, state: met ? 'met' : obligation.state };
  };

/**
 * Stops a running clock at an instant. One that had nothing left then (R5), or was overdue when the pause was recorded,
 * stays due as it was: no miss is dodged. One that stands already may have stood earlier.
 */
export const suspended =
  (at: Instant, recordedAt: Instant) =>
  (obligation: Obligation): Obligation => {
    const { startTime, slaMinutes, expirationTime } = obligation.serviceLevelAgreement;
    const pausedAt = at < startTime ? startTime : at;
    const stoodAlready = obligation.state === 'paused' ? obligation.suspended : undefined;
    if (stoodAlready !== undefined && pausedAt < stoodAlready.pausedAt)
      return { ...obligation, suspended: { ...stoodAlready, pausedAt } };
    if (obligation.state !== 'open' || expirationTime === null) return obligation;
    if (expirationTime <= at || expirationTime < recordedAt) return obligation;
    return {
      ...obligation,
      state: 'paused',
      warnings: [],
      suspended: { pausedAt, dueAt: expirationTime },
      serviceLevelAgreement: { startTime, slaMinutes, expirationTime: null },
    };
  };

/** A late check tells the highest percent only; the lower ones are past with it. */
export const warned =
  ({ percent, at }: DeadlineApproaching['data']) =>
  (obligation: Obligation): Obligation => ({
    ...obligation,
    warned: { percent, at },
    warnings: obligation.warnings.filter((warning) => warning.percent > percent),
  });

/** From when the steps after a miss count: later than due by the time that its request was settled since. */
export const stepsFrom = (dueAt: Instant, pauses: readonly Pause[]): Instant => {
  const settledMs = pauses.reduce((sumMs, { from, to, reason }) => {
    if (reason !== null || to === null || to <= dueAt) return sumMs;
    return sumMs + instantToMs(to) - instantToMs(from > dueAt ? from : dueAt);
  }, 0);
  return instantFromMs(instantToMs(dueAt) + settledMs);
};

export const missed =
  ({ dueAt, detectedAt, severity, cause }: ResponseBreached['data'], pauses: readonly Pause[]) =>
  (obligation: Obligation): Obligation => ({
    ...obligation,
    state: 'breached',
    warnings: [],
    breach: { dueAt, detectedAt, severity },
    ...(cause !== 'import' && { chain: { from: stepsFrom(dueAt, pauses), steps: 0 } }),
  });

/** An upgrade starts the steps anew (E29), those of an imported miss for the first time; the others are one more. */
export const escalated =
  ({ reason, escalatedAt }: Escalated['data']) =>
  (obligation: Obligation): Obligation => {
    const { chain } = obligation;
    if (reason === 'severityUpgrade') return { ...obligation, chain: { from: escalatedAt, steps: 1 } };
    return chain === undefined ? obligation : { ...obligation, chain: { ...chain, steps: chain.steps + 1 } };
  };

/** Nobody is told of a miss for the time that the request was settled. */
export const chainResumed =
  (settledAt: Instant, reopenedAt: Instant) =>
  (obligation: Obligation): Obligation => {
    const { chain } = obligation;
    if (chain === undefined) return obligation;
    const since = instantToMs(chain.from < settledAt ? settledAt : chain.from);
    const closedMs = Math.max(instantToMs(reopenedAt) - since, 0);
    return { ...obligation, chain: { ...chain, from: instantFromMs(instantToMs(chain.from) + closedMs) } };
  };
