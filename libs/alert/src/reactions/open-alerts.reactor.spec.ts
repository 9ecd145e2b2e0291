import { MemoryEventStore } from '#event-store';
import { Followers } from '#following';
import { ManualClock } from '#kernel';
import { type ServiceRequestEvent, ServiceRequestStore, serviceRequestType } from '#service-request';
import {
  answered,
  at,
  breached,
  closed,
  eventually,
  filed,
  newEvents,
  promised,
  requestId,
  severityAssigned,
  termsOf,
} from '#testing';
import { AlertStore } from '../alert.store.js';
import { type Alert, alertType } from '../domain/alert.js';
import { OpenAlertsReactor } from './open-alerts.reactor.js';

const escalated = (level: number): ServiceRequestEvent => ({
  type: 'Escalated',
  data: { requestId, level, to: 'manager', reason: 'manual', escalatedAt: at('01:00') },
});

const fixture = () => {
  const events = new MemoryEventStore();
  const clock = new ManualClock(at('01:00'));
  const requests = new ServiceRequestStore(events, clock);
  const reactor = new OpenAlertsReactor(events, requests, new AlertStore(events, clock), clock);
  const stop = new AbortController();
  const { name, types } = reactor;
  const running = new Followers(clock, { error: () => undefined }).follow(
    events,
    { name, types, handle: (batch) => reactor.react(batch.events) },
    { signal: stop.signal },
  );
  let revision = -1;
  const record = async (...happened: readonly ServiceRequestEvent[]): Promise<void> => {
    const stream = `${serviceRequestType.category}-contoso.${requestId}`;
    const stored = happened.map((event) => serviceRequestType.codec.encode(event));
    const next = newEvents(happened.length).map((event, index) => ({
      ...event,
      ...stored[index],
      recordedAt: at('01:00'),
    }));
    await events.append(stream, revision < 0 ? 'none' : BigInt(revision), next);
    revision += happened.length;
  };
  const alerts = async (): Promise<readonly Alert[]> => {
    const opened = await events.readAll({ limit: 100, types: ['AlertOpened'] });
    return Promise.all(
      opened.map(async ({ stream }) =>
        (await events.readStream(stream)).reduce<Alert>(
          (alert, event) => alertType.evolve(alert, alertType.codec.decode(event)),
          alertType.initial,
        ),
      ),
    );
  };
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  /** As after a crash: what was handled comes once more. */
  const reactAgain = async (): Promise<void> =>
    reactor.react(await events.readAll({ limit: 100, types: reactor.types }));
  const concerning = async (): Promise<readonly string[]> =>
    (await events.readAll({ limit: 100, types: reactor.types })).filter(reactor.concerns).map(({ type }) => type);
  return { record, alerts, reactAgain, concerning, end };
};

it('is concerned by no promise that is the first of its kind, as every filing has one', async () => {
  const { record, concerning, end } = fixture();
  await record(...filed('minimal'), promised({ revision: 2, severity: 'critical', dueAt: at('02:00') }), escalated(1));
  expect(await concerning()).toEqual(['FirstResponseDue', 'Escalated']);
  await end();
});

it('tells of a request as it is with the event that opens the alert, though it has looked at it just before', async () => {
  const { record, alerts, end } = fixture();
  await record(...filed('minimal'), escalated(1));
  await eventually(async () => (await alerts()).length === 1);
  await record(severityAssigned('critical', at('01:00')), escalated(2));
  await eventually(async () => (await alerts()).length === 2);
  expect(await alerts()).toMatchObject([{ severity: 'minimal' }, { severity: 'critical' }]);
  await end();
});

it('is silent about what was missed before its ticket was imported', async () => {
  const { record, alerts, end } = fixture();
  const missed = breached(at('02:00'), at('03:00'), 'critical', { cause: 'import' });
  await record(...filed('critical'), missed, answered(at('03:00')), escalated(1));
  await eventually(async () => (await alerts()).length > 0);
  await end();
  expect(await alerts()).toMatchObject([{ kind: 'escalation' }]);
});

describe('an alert of a deadline that comes near', () => {
  const warned = {
    type: 'DeadlineApproaching',
    data: {
      requestId,
      kind: 'programFirstResponse',
      cycle: 1,
      revision: 1,
      percent: 50,
      at: at('01:00'),
      dueAt: at('02:00'),
      noticedAt: at('01:00'),
      severity: 'critical',
    },
  } as const satisfies ServiceRequestEvent;

  it.each([
    ['the answer', [answered(at('01:10'))], ['resolved']],
    ['the end of the request', [closed(at('01:10'))], ['resolved']],
    [
      'the miss, which has an alert of its own',
      [breached(at('02:00'), at('02:00:00.001'), 'critical')],
      ['resolved', 'open'],
    ],
  ])('is resolved by %s, also when both are found at one time', async (_, ending, states) => {
    const { record, alerts, end } = fixture();
    await record(...filed('critical'), warned, ...ending);
    await eventually(async () => JSON.stringify((await alerts()).map(({ state }) => state)) === JSON.stringify(states));
    await end();
    expect(await alerts()).toMatchObject(states.map((state) => ({ state })));
  });

  const terms = termsOf({ budgetMs: 7_200_000, pausesOn: ['parts'] });
  const near = { state: 'open', percent: 50, deadlineRevision: 1, dueAt: at('02:00') };
  /** The deadline anew, with these percents ahead. */
  const dueAgain = (revision: number, ...percents: readonly number[]): ServiceRequestEvent => {
    const warnings = percents.map((percent) => ({ percent, at: at('05:00') }));
    return promised({ revision, dueAt: at('08:00'), severity: 'minimal', terms, warnings });
  };
  const paused: ServiceRequestEvent = {
    type: 'ClockPaused',
    data: { requestId, reason: 'parts', pausedAt: at('01:10'), recordedAt: at('01:10'), untilDueMs: null },
  };
  const resumed: ServiceRequestEvent = {
    type: 'ClockResumed',
    data: { requestId, reasons: ['parts'], resumedAt: at('01:20'), recordedAt: at('01:20') },
  };
  const nearAgain: ServiceRequestEvent = {
    type: 'DeadlineApproaching',
    data: { ...warned.data, revision: 2, at: at('05:00'), dueAt: at('08:00'), noticedAt: at('05:00') },
  };
  const pastWarning = promised({
    revision: 2,
    dueAt: at('01:30'),
    severity: 'critical',
    terms,
    warnings: [{ percent: 50, at: at('00:45') }],
  });
  const nearAnew = { ...near, deadlineRevision: 2, dueAt: at('08:00') };
  const away = { ...near, state: 'resolved' };

  describe.each([
    ['by a new deadline that is far away', [dueAgain(2, 50, 90)], away],
    ['by a new deadline, and is near again', [dueAgain(2, 50, 90), nearAgain], nearAnew],
    ['by a new deadline that is near still', [dueAgain(2, 90)], nearAnew],
    ['to where the next warning is past, which is told at once', [pastWarning], near],
    ['by a pause', [paused], away],
    ['by a pause, and runs again as near as it was', [paused, resumed, dueAgain(2, 90)], nearAnew],
    ['by a pause, and is answered', [paused, resumed, dueAgain(2, 90), answered(at('01:30'))], { state: 'resolved' }],
    ['by a pause for nothing of its own', [{ ...paused, data: { ...paused.data, reason: 'lunch' } }], near],
  ] as const)('that was moved %s', (_, moving, expected) => {
    it.each(['one by one', 'at one time', 'and once more after a crash'])('ends so, told %s', async (how) => {
      const { record, alerts, reactAgain, end } = fixture();
      const story: readonly ServiceRequestEvent[] = [...filed('critical', terms), warned, ...moving];
      if (how === 'one by one') {
        for (const event of story) {
          await record(event, escalated(1)); // whose own alert tells that the one before is handled
          await eventually(async () => (await alerts()).length > story.indexOf(event));
        }
      } else await record(...story, escalated(1));
      await eventually(async () => (await alerts()).length > 1);
      await end();
      if (how === 'and once more after a crash') await reactAgain();
      const [approaching] = (await alerts()).filter((alert) => alert.state !== 'none' && alert.kind === 'approaching');
      expect(approaching).toMatchObject(expected);
    });
  });
});
