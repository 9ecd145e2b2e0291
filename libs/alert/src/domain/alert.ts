import { type AggregateType, EventCodec } from '#aggregates';
import { DomainError, type DomainEvent, type Instant } from '#kernel';

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
  /** Set when the customer was answered after the deadline: the alert says "late", not "respond now" (E45). */
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
export type AlertEvent = AlertOpened | AlertRaised | AlertAcknowledged | AlertSnoozed;

export type OpenedAlert = AlertFacts & {
  readonly state: 'open' | 'snoozed' | 'acknowledged';
  readonly acknowledgedAt?: Instant;
  readonly acknowledgedBy?: string;
  readonly snoozedUntil?: Instant;
};
export type Alert = { readonly state: 'none' } | OpenedAlert;

const evolve = (alert: Alert, event: AlertEvent): Alert => {
  switch (event.type) {
    case 'AlertOpened':
      return { ...event.data, state: 'open' };
    case 'AlertRaised': {
      const { percent, deadlineRevision, dueAt } = event.data;
      return alert.state === 'none' ? alert : { ...alert, percent, deadlineRevision, dueAt };
    }
    case 'AlertAcknowledged':
      return alert.state === 'none'
        ? alert
        : { ...alert, state: 'acknowledged', acknowledgedAt: event.data.acknowledgedAt, acknowledgedBy: event.data.by };
    case 'AlertSnoozed':
      return alert.state === 'none' ? alert : { ...alert, state: 'snoozed', snoozedUntil: event.data.until };
  }
};

export const alertType: AggregateType<Alert, AlertEvent> = {
  category: 'alert',
  initial: { state: 'none' },
  evolve,
  codec: new EventCodec<AlertEvent>({ AlertOpened: [], AlertRaised: [], AlertAcknowledged: [], AlertSnoozed: [] }),
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

export const acknowledgeAlert = (
  { by, now }: { readonly by: string; readonly now: Instant },
  alert: Alert,
): readonly AlertEvent[] => {
  const { alertId, state } = mustExist(alert);
  return state === 'acknowledged' ? [] : [{ type: 'AlertAcknowledged', data: { alertId, by, acknowledgedAt: now } }];
};

export interface SnoozeAlert {
  readonly by: string;
  readonly until: Instant;
  readonly now: Instant;
}

export const snoozeAlert = ({ by, until, now }: SnoozeAlert, alert: Alert): readonly AlertEvent[] => {
  const { alertId, state } = mustExist(alert);
  if (state === 'acknowledged')
    throw new DomainError('conflict', 'alert-acknowledged', 'The alert is acknowledged; there is nothing to snooze.');
  if (until <= now)
    throw new DomainError('invalid', 'validation', 'The alert cannot be snoozed as sent.', {
      errors: [{ pointer: '#/until', detail: 'until must lie in the future.', code: 'in-the-past' }],
    });
  return [{ type: 'AlertSnoozed', data: { alertId, by, until, snoozedAt: now } }];
};
