import type { Instant } from '#kernel';
import { at, requestId, specify } from '#testing';
import {
  acknowledgeAlert,
  type Alert,
  type AlertFacts,
  alertType,
  moveAlert,
  openAlert,
  resolveAlert,
  snoozeAlert,
} from './alert.js';

const given = specify(alertType);
const facts: AlertFacts = {
  alertId: 'alert-1',
  serviceRequestId: requestId,
  kind: 'breach',
  severity: 'critical',
  number: 'SR-260713-00000001',
  title: 'Mail does not arrive',
  customerId: 'fabrikam',
  to: 'duty-manager',
  dueAt: at('02:00'),
  detectedAt: at('02:00:00.001'),
  respondedAt: null,
  openedAt: at('02:00:00.002'),
};
const opened = { type: 'AlertOpened', data: facts } as const;
const acknowledged = {
  type: 'AlertAcknowledged',
  data: { alertId: 'alert-1', by: 'ann', acknowledgedAt: at('02:05') },
} as const;
const open = (alert: Alert) => openAlert(facts, alert);
const acknowledge = (alert: Alert) => acknowledgeAlert({ by: 'ann', now: at('02:05') }, alert);
const snooze = (until: Instant) => (alert: Alert) => snoozeAlert({ by: 'ann', until, now: at('02:05') }, alert);
const snoozed = (until: Instant) =>
  ({ type: 'AlertSnoozed', data: { alertId: 'alert-1', by: 'ann', until, snoozedAt: at('02:05') } }) as const;
const unknown = { kind: 'not-found', code: 'alert-not-found' } as const;

describe('opening an alert', () => {
  it('tells what it is about', () => given().when(open).emits([opened]));

  it('happens once, however often its cause is delivered (E50)', () => given(opened).when(open).emitsNothing());

  it('does not open again one that was dealt with (E52)', () => {
    given(opened, acknowledged).when(open).emitsNothing();
    given(opened, snoozed(at('03:00')))
      .when(open)
      .emitsNothing();
  });

  it('carries the answer that came late, so that it need not ask for one (E45)', () => {
    const late = { ...facts, respondedAt: at('02:30') };
    expect(given().after((alert) => openAlert(late, alert)).state).toMatchObject({
      state: 'open',
      respondedAt: at('02:30'),
    });
  });
});

describe('an alert of a deadline that comes near', () => {
  const approaching = (percent: number, deadlineRevision = 1): AlertFacts => ({
    ...facts,
    kind: 'approaching',
    obligation: { kind: 'programFirstResponse', cycle: 1 },
    deadlineRevision,
    percent,
  });
  const told = (percent: number, revision?: number) => (alert: Alert) =>
    openAlert(approaching(percent, revision), alert);
  const half = given({ type: 'AlertOpened', data: approaching(50) });

  it('is raised by each further warning, and stays one', () => {
    half.when(told(75)).emitsLike([{ type: 'AlertRaised', data: { alertId: 'alert-1', percent: 75 } }]);
    expect(half.after(told(75)).state).toMatchObject({ state: 'open', percent: 75 });
  });

  it('is not lowered by a warning that is delivered again', () => {
    half.when(told(50)).emitsNothing();
    half.after(told(75)).when(told(50)).emitsNothing();
  });

  it('begins again with a new deadline of the same promise', () =>
    half
      .after(told(75))
      .when(told(50, 2))
      .emitsLike([{ type: 'AlertRaised', data: { percent: 50, deadlineRevision: 2 } }]));

  it('stays with whoever acknowledged it', () =>
    expect(half.after(acknowledge).after(told(75)).state).toMatchObject({ state: 'acknowledged', percent: 75 }));
});

describe('acknowledging an alert', () => {
  it('tells who did', () => {
    given(opened).when(acknowledge).emits([acknowledged]);
    expect(given(opened).after(acknowledge).state).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'ann',
      acknowledgedAt: at('02:05'),
    });
  });

  it('does nothing a second time: the first one stands', () =>
    given(opened, acknowledged).when(acknowledge).emitsNothing());

  it('ends a snooze', () =>
    given(opened, snoozed(at('03:00')))
      .when(acknowledge)
      .emits([acknowledged]));

  it('needs an alert', () => given().when(acknowledge).refuses(unknown));
});

describe('snoozing an alert', () => {
  it('tells until when', () => {
    given(opened)
      .when(snooze(at('03:00')))
      .emits([snoozed(at('03:00'))]);
    expect(given(opened, snoozed(at('03:00'))).state).toMatchObject({ state: 'snoozed', snoozedUntil: at('03:00') });
  });

  it('ends in the future, be it by a millisecond', () => {
    given(opened)
      .when(snooze(at('02:05:00.001')))
      .emits([snoozed(at('02:05:00.001'))]);
    given(opened)
      .when(snooze(at('02:05')))
      .refuses({ kind: 'invalid', code: 'validation', pointers: ['#/until'] });
  });

  it('may be changed', () =>
    given(opened, snoozed(at('03:00')))
      .when(snooze(at('02:30')))
      .emits([snoozed(at('02:30'))]));

  it('is refused once it is acknowledged', () =>
    given(opened, acknowledged)
      .when(snooze(at('03:00')))
      .refuses({ kind: 'conflict', code: 'alert-acknowledged' }));

  it('needs an alert', () =>
    given()
      .when(snooze(at('03:00')))
      .refuses(unknown));
});

describe('resolving an alert', () => {
  const near: AlertFacts = { ...facts, kind: 'approaching', deadlineRevision: 1, percent: 50 };
  const warned = { type: 'AlertOpened', data: near } as const;
  const resolve = (alert: Alert) => resolveAlert({ because: 'answered', now: at('01:10') }, alert);
  const resolved = {
    type: 'AlertResolved',
    data: { alertId: 'alert-1', because: 'answered', resolvedAt: at('01:10') },
  } as const;

  it('closes one that is open or snoozed, once', () => {
    given(warned).when(resolve).emits([resolved]);
    given(warned, snoozed(at('03:00')))
      .when(resolve)
      .emits([resolved]);
    given(warned, resolved).when(resolve).emitsNothing();
  });

  it('leaves one alone that somebody dealt with, or that was never opened', () => {
    given(warned, acknowledged).when(resolve).emitsNothing();
    given().when(resolve).emitsNothing();
  });

  it('leaves nothing to acknowledge or to snooze', () => {
    given(warned, resolved).when(acknowledge).emitsNothing();
    given(warned, resolved)
      .when(snooze(at('03:00')))
      .refuses({ kind: 'conflict', code: 'alert-resolved' });
  });

  describe('of a deadline that was moved', () => {
    const moved = (ahead: readonly number[]) => (alert: Alert) =>
      moveAlert({ ahead, deadlineRevision: 2, dueAt: at('08:00'), now: at('01:10') }, alert);
    const away = { ...resolved, data: { ...resolved.data, because: 'moved' as const } };
    const raised = {
      type: 'AlertRaised',
      data: { alertId: 'alert-1', percent: 50, deadlineRevision: 2, dueAt: at('08:00'), raisedAt: at('01:10') },
    } as const;

    it('comes where it will be warned of as much again', () => {
      given(warned)
        .when(moved([50, 90]))
        .emits([away]);
      given(warned, away)
        .when(moved([50]))
        .emitsNothing();
    });

    it('does not come where it is as near as it was: the alert goes on, or begins again', () => {
      given(warned)
        .when(moved([90]))
        .emits([raised]);
      given(warned, away).when(moved([])).emits([raised]);
      given(warned, acknowledged).when(moved([])).emits([raised]);
    });

    it('does not come for a deadline that was told already, or without an alert', () => {
      given(warned, raised)
        .when(moved([50]))
        .emitsNothing();
      given()
        .when(moved([50]))
        .emitsNothing();
    });
  });

  it('is over when the promise, given anew, comes near again', () => {
    const again = { ...near, deadlineRevision: 2, percent: 75, openedAt: at('05:00') };
    const { state } = given(warned, resolved).after((alert) => openAlert(again, alert));
    expect(state).toMatchObject({ state: 'open', percent: 75 });
    expect(state).not.toHaveProperty('resolvedAt');
  });
});
