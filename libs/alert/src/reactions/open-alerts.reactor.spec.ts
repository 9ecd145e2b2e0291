import { MemoryEventStore } from '#event-store';
import { Followers } from '#following';
import { ManualClock } from '#kernel';
import { type ServiceRequestEvent, ServiceRequestStore, serviceRequestType } from '#service-request';
import { answered, at, breached, closed, eventually, filed, newEvents, requestId, severityAssigned } from '#testing';
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
    const next = newEvents(happened.length).map((event, index) => ({ ...event, ...happened[index] }));
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
  return { record, alerts, end };
};

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
  const warned: ServiceRequestEvent = {
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
  };

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
});
