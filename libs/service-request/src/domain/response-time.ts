import { type CompiledCalendar, openTimeBetween } from '#business-time';
import { type Instant, instantFromMs, instantToMs } from '#kernel';
import { livedThrough, type Obligation, stopping } from './obligation.state.js';
import type { AnsweredObligation, ObligationKey, Pause } from './service-request.events.js';

/** Open hours by obligation: of the calendar that it was promised on; undefined when that is not known here. */
export type OpenHoursOf = (obligation: ObligationKey) => CompiledCalendar | undefined;

/** A pause that was recorded only when the promise was due already has moved nothing: it counts from due on. */
const counting = (pauses: readonly Pause[], dueAt: Instant | null): readonly Pause[] =>
  dueAt === null
    ? pauses
    : pauses.map((pause) =>
        pause.from < dueAt && (pause.to === null || pause.to > dueAt) ? { ...pause, from: dueAt } : pause,
      );

/** How long an answer took on the promise's own clock, which is what its budget is compared with. */
export const answeredIn = (
  obligation: Obligation,
  respondedAt: Instant,
  requestPauses: readonly Pause[],
  openHours: CompiledCalendar | undefined,
): AnsweredObligation => {
  const { kind, cycle, serviceLevelAgreement, pausesOn, breach } = obligation;
  if (openHours === undefined) return { kind, cycle, elapsedMs: null, clockStood: false };
  const { startTime, expirationTime } = serviceLevelAgreement;
  const pauses = counting(stopping(livedThrough(requestPauses, obligation), pausesOn), breach?.dueAt ?? expirationTime);
  const elapsedMs = openTimeBetween(openHours, startTime, respondedAt, pauses);
  const justBefore = instantFromMs(instantToMs(respondedAt) - 1);
  const clockStood = elapsedMs > 0 && openTimeBetween(openHours, startTime, justBefore, pauses) === elapsedMs;
  return { kind, cycle, elapsedMs, clockStood };
};
