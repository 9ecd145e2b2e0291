import { pino } from 'pino';
import { StoreUnavailableError } from '#event-store';
import { type CommandMeta, type TraceContext, traceOf } from '#kernel';
import { askAboutDeadline } from '#service-request/commands';
import { eventually } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { callerOf } from '../support/call.js';
import type { RequestView } from '../support/views.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACE = { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`, tracestate: 'a=b' };
const OTHER = { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` };
const FILING = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'minimal' };

let api: ApiInProcess;
const lines: string[] = [];
const call = callerOf(() => api);

beforeAll(async () => {
  api = await apiInProcess(['default'], pino({}, { write: (line: string) => lines.push(line) }));
  await call('PUT', '/v1/customers/contoso', { displayName: 'Contoso', primaryDomain: 'contoso.example' });
  await call('PUT', '/v1/sla/policies/soon', {
    displayName: 'Soon missed',
    obligation: 'partnerFirstResponse',
    rules: [{ when: {}, budget: 'PT0.05S', calendarId: 'always' }],
  });
});
afterAll(() => api.close());
afterEach(() => jest.restoreAllMocks());

const alertsOf = async (requestId: string): Promise<readonly CommandMeta[]> => {
  const opened = await api.events.readAll({ limit: 100, types: ['AlertOpened'] });
  return opened.filter(({ data }) => data['serviceRequestId'] === requestId).map(({ meta }) => meta);
};
const tracesOf = async (requestId: string): Promise<readonly TraceContext[]> =>
  (await alertsOf(requestId)).map((meta) => traceOf(meta));

describe('the trace on an alert', () => {
  const file = async (filing: object, trace: Record<string, string> = TRACE): Promise<string> =>
    (await call<RequestView>('POST', '/v1/service-requests', filing, trace)).body.id;
  const miss = async (requestId: string): Promise<void> => {
    const payload = { tenantId: 'default', requestId, kind: 'partnerFirstResponse', cycle: 1 };
    const [filed] = await api.events.readStream(`serviceRequest-default.${requestId}`);
    if (filed === undefined) throw new Error('Nothing was filed.');
    const timer = { id: `timer-of-${requestId}`, dueAt: filed.recordedAt, payload };
    await eventually(async () => {
      await api.commands.execute(askAboutDeadline(timer));
      return (await alertsOf(requestId)).length > 0;
    });
  };

  it('that a command led to is that of this command', async () => {
    const id = await file(FILING);
    await call('POST', `/v1/service-requests/${id}/escalations`, { target: 'manager', reason: 'x' }, OTHER);
    await eventually(async () => (await alertsOf(id)).length > 0);
    expect(await tracesOf(id)).toEqual([OTHER]);
  });

  it('that a timer led to is that of the command that filed the request', async () => {
    const id = await file({ ...FILING, policyId: 'soon' });
    await miss(id);
    expect(await tracesOf(id)).toEqual([TRACE]);
  });

  it('is none where nobody began one', async () => {
    const id = await file({ ...FILING, policyId: 'soon' }, {});
    await miss(id);
    expect(await tracesOf(id)).toEqual([{}]);
  });
});

describe('the log names the request and the trace', () => {
  const logged = (message: string): object => {
    const found = lines.map((line) => JSON.parse(line) as { msg: string }).filter(({ msg }) => msg === message);
    return found.at(-1) ?? { nothing: `is logged as ${message}` };
  };
  const file = (key: string, trace: Record<string, string> = TRACE) =>
    call('POST', '/v1/service-requests', FILING, {
      authorization: `Bearer ${key}`,
      'x-request-id': 'request-7',
      ...trace,
    });
  const IDS = { requestId: 'request-7', traceId: TRACE_ID };

  it.each([
    ['what the role may not do', keyOf('auditor'), 403],
    ['a key that is not known', 'nobody-has-this-key', 401],
  ])('of a refusal: %s', async (_, key, status) => {
    expect((await file(key)).status).toBe(status);
    expect(logged('Refused')).toMatchObject(IDS);
  });

  it('of a failure that nobody foresaw', async () => {
    jest.spyOn(api.events, 'append').mockRejectedValueOnce(new Error('Out of ink'));
    expect((await file(keyOf('administrator'))).status).toBe(500);
    expect(logged('A request failed')).toMatchObject(IDS);
  });

  it('of a store that cannot be used, for the first of those who meet it', async () => {
    jest.spyOn(api.events, 'append').mockRejectedValueOnce(new StoreUnavailableError('Out of paper'));
    expect((await file(keyOf('administrator'))).status).toBe(503);
    expect(logged('The event store refuses')).toMatchObject(IDS);
  });

  it('and no trace where there is none, or a malformed one', async () => {
    for (const trace of [{}, { traceparent: 'garbage' }]) {
      await file(keyOf('auditor'), trace);
      expect(logged('Refused')).not.toHaveProperty('traceId');
    }
  });
});
