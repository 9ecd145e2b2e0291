import { type AggregateType, EventCodec } from '#aggregates';
import { DomainError, type DomainEvent, type Instant, wrongFields } from '#kernel';

export type AlertKind = 'breach' | 'approaching' | 'escalation';

export type AlertFacts = {
  readonly alertId: string;
  readonly serviceRequestId: string;
  readonly kind: AlertKind;
  readonly severity: string;
  readonly number: string;
  readonly title: string;
  readonly customerId: string;
  /** Who is to act. */
  readonly to: string;
  readonly dueAt: Instant | null;
  readonly detectedAt: Instant;
  /**
   * When the customer was answered, or the request resolved, whichever was owed: the alert says "late", not "respond now"
   * (E45). Recorded where that was before the miss was found; the alert's view has what came later too. An alert of a miss
   * stays open until it is acknowledged all the same.
   */
  readonly respondedAt: Instant | null;
  readonly openedAt: Instant;
  /** Of one that tells of a deadline: whose, in which revision, and how much of its time had passed. */
  readonly obligation?: { readonly kind: string; readonly cycle: number };
  readonly deadlineRevision?: number;
  readonly percent?: number;
};

export type AlertOpened = DomainEvent<'AlertOpened', AlertFacts>;
export type AlertAcknowledged = DomainEvent<
  'AlertAcknowledged',
  { alertId: string; by: string; acknowledgedAt: Instant }
>;
export type AlertSnoozed = DomainEvent<
  'AlertSnoozed',
  { alertId: string; by: string; until: Instant; snoozedAt: Instant }
>;
/** More of the time has passed, or the deadline was moved since. */
export type AlertRaised = DomainEvent<
  'AlertRaised',
  { alertId: string; percent: number; deadlineRevision: number; dueAt: Instant | null; raisedAt: Instant }
>;
/** There is nothing to be warned of any more: it was done, it was missed, nobody waits for it, or it is not near any more. */
export type AlertResolved = DomainEvent<
  'AlertResolved',
  { alertId: string; because: 'answered' | 'missed' | 'settled' | 'moved'; resolvedAt: Instant }
>;
export type AlertEvent = AlertOpened | AlertRaised | AlertAcknowledged | AlertSnoozed | AlertResolved;

export type OpenedAlert = AlertFacts & {
  readonly state: 'open' | 'snoozed' | 'acknowledged' | 'resolved';
  readonly acknowledgedAt?: Instant;
  readonly acknowledgedBy?: string;
  readonly snoozedUntil?: Instant;
  readonly resolvedAt?: Instant;
};
export type Alert = { readonly state: 'none' } | OpenedAlert;

const evolve = (alert: Alert, event: AlertEvent): Alert => {
  switch (event.type) {
    case 'AlertOpened':
      return { ...event.data, state: 'open' };
    case 'AlertRaised': {
      const { percent, deadlineRevision, dueAt } = event.data;
      if (alert.state !== 'resolved')
        return alert.state === 'none' ? alert : { ...alert, percent, deadlineRevision, dueAt };
      const { resolvedAt: _, ...again } = alert; // promised anew, and near again
      return { ...again, state: 'open', percent, deadlineRevision, dueAt };
    }
    case 'AlertAcknowledged':
      return alert.state === 'none'
        ? alert
        : { ...alert, state: 'acknowledged', acknowledgedAt: event.data.acknowledgedAt, acknowledgedBy: event.data.by };
    case 'AlertSnoozed':
      return alert.state === 'none' ? alert : { ...alert, state: 'snoozed', snoozedUntil: event.data.until };
    case 'AlertResolved':
      return alert.state === 'none' ? alert : { ...alert, state: 'resolved', resolvedAt: event.data.resolvedAt };
  }
};

export const alertType: AggregateType<Alert, AlertEvent> = {
  category: 'alert',
  initial: { state: 'none' },
  evolve,
  codec: new EventCodec<AlertEvent>({
    AlertOpened: [],
    AlertRaised: [],
    AlertAcknowledged: [],
    AlertSnoozed: [],
    AlertResolved: [],
  }),
};

const mustExist = (alert: Alert): OpenedAlert => {
  if (alert.state === 'none') throw new DomainError('not-found', 'alert-not-found', 'There is no alert with this id.');
  return alert;
};

/** Later in the life of the same deadline, or in that of the next one. */
const isFurther = (
  { percent = 0, deadlineRevision = 0 }: AlertFacts,
  { percent: was = 0, deadlineRevision: before = 0 }: AlertFacts,
): boolean => deadlineRevision > before || (deadlineRevision === before && percent > was);

/** Opened once, however often the fact behind it is delivered; a deadline that comes nearer raises its one alert. */
export const openAlert = (facts: AlertFacts, alert: Alert): readonly AlertEvent[] => {
  if (alert.state === 'none') return [{ type: 'AlertOpened', data: facts }];
  const { alertId, percent, deadlineRevision, dueAt, openedAt } = facts;
  if (percent === undefined || deadlineRevision === undefined || !isFurther(facts, alert)) return [];
  return [{ type: 'AlertRaised', data: { alertId, percent, deadlineRevision, dueAt, raisedAt: openedAt } }];
};

/** Somebody deals with it; once. @throws DomainError `not-found` */
export const acknowledgeAlert = (
  { by, now }: { readonly by: string; readonly now: Instant },
  alert: Alert,
): readonly AlertEvent[] => {
  const { alertId, state } = mustExist(alert);
  const isDealtWith = state === 'acknowledged' || state === 'resolved';
  return isDealtWith ? [] : [{ type: 'AlertAcknowledged', data: { alertId, by, acknowledgedAt: now } }];
};

export interface SnoozeAlert {
  readonly by: string;
  readonly until: Instant;
  readonly now: Instant;
}

/** @throws DomainError `conflict` when it is dealt with already, `invalid` when `until` is past */
export const snoozeAlert = ({ by, until, now }: SnoozeAlert, alert: Alert): readonly AlertEvent[] => {
  const { alertId, state } = mustExist(alert);
  if (state === 'acknowledged')
    throw new DomainError('conflict', 'alert-acknowledged', 'The alert is acknowledged; there is nothing to snooze.');
  if (state === 'resolved')
    throw new DomainError('conflict', 'alert-resolved', 'The alert is resolved; there is nothing to snooze.');
  if (until <= now)
    throw wrongFields([{ pointer: '#/until', detail: 'until must lie in the future.', code: 'in-the-past' }]);
  return [{ type: 'AlertSnoozed', data: { alertId, by, until, snoozedAt: now } }];
};

/** What nobody has to look at any more closes by itself, once. What somebody has dealt with stays as it is. */
export const resolveAlert = (
  { because, now }: { readonly because: AlertResolved['data']['because']; readonly now: Instant },
  alert: Alert,
): readonly AlertEvent[] =>
  alert.state === 'open' || alert.state === 'snoozed'
    ? [{ type: 'AlertResolved', data: { alertId: alert.alertId, because, resolvedAt: now } }]
    : [];

export interface MoveAlert {
  /** The percents of open time at which the deadline as it is now will be warned of. */
  readonly ahead: readonly number[];
  readonly deadlineRevision: number;
  readonly dueAt: Instant | null;
  readonly now: Instant;
}

/**
 * The deadline that it warned of is another one. What is to be warned of later, or again, is not near any more; what is as
 * near as it was, also once a clock runs on, goes on with its new time.
 */
export const moveAlert = ({ ahead, deadlineRevision, dueAt, now }: MoveAlert, alert: Alert): readonly AlertEvent[] => {
  if (alert.state === 'none' || (alert.deadlineRevision ?? 0) >= deadlineRevision) return [];
  const { alertId, percent = 0 } = alert;
  if (ahead.some((one) => one <= percent)) return resolveAlert({ because: 'moved', now }, alert);
  return [{ type: 'AlertRaised', data: { alertId, percent, deadlineRevision, dueAt, raisedAt: now } }];
};
