import { MemoryEventStore, type Position } from '#event-store';
import { ManualClock } from '#kernel';
import { type ServiceRequestEvent, ServiceRequestStore, serviceRequestType } from '#service-request';
import { at, eventually, filed, newEvents, requestId, severityAssigned } from '#testing';
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
  let position: Position | undefined;
  const checkpoint = { load: async () => position, save: async (next: Position) => void (position = next) };
  const running = reactor.run(checkpoint, stop.signal);
  let revision = -1;
  const record = async (...happened: readonly ServiceRequestEvent[]): Promise<void> => {
    const stream = `${serviceRequestType.category}-contoso.${requestId}`;
    const next = newEvents(happened.length).map((event, index) => ({ ...event, ...happened[index] }));
    await events.append(stream, revision < 0 ? 'none' : BigInt(revision), next);
    revision += happened.length;
  };
  const alerts = async (): Promise<readonly Alert[]> => {
    const opened = await events.readAll({ limit: 100, types: ['AlertOpened'] });
    return opened.map((event) => alertType.evolve(alertType.initial, alertType.codec.decode(event)));
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
