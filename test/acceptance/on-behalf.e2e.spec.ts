import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';
import { callerOf } from '../support/call.js';
import type { Page, RequestView } from '../support/views.js';

describe('a service that acts for a person', () => {
  let api: ApiInProcess;
  beforeAll(async () => {
    api = await apiInProcess(['default']);
  });
  afterAll(() => api.close());

  const put = (person: string | undefined, key = 'put-fabrikam') =>
    api.server.inject({
      method: 'PUT',
      url: '/v1/customers/fabrikam',
      headers: {
        authorization: `Bearer ${keyOf('service')}`,
        'idempotency-key': key,
        ...(person === undefined ? {} : { 'ledgerdesk-on-behalf-of': person }),
      },
      payload: { displayName: 'Fabrikam', primaryDomain: 'fabrikam.example' },
    });

  it('is recorded as who acted, with the person beside it, and cannot repeat it for another one (G4)', async () => {
    expect((await put('ann@fabrikam.example')).statusCode).toBe(201);
    const [event] = await api.events.readStream('customer-default.fabrikam');
    expect(event?.meta).toMatchObject({
      actor: { id: 'key:default-service', role: 'service', kind: 'service' },
      onBehalfOf: 'ann@fabrikam.example',
    });
    expect((await put('ann@fabrikam.example')).headers['idempotency-replayed']).toBe('true');
    expect((await put('bob@fabrikam.example')).statusCode).toBe(409);
    expect((await put(undefined)).statusCode).toBe(409);
  });

  it('stands in the report of moves just before a deadline with that person, and alone where it names none', async () => {
    const send = callerOf(() => api, keyOf('service'));
    const ann = { 'ledgerdesk-on-behalf-of': 'ann@fabrikam.example' };
    await put('ann@fabrikam.example');
    const filing = { customerId: 'fabrikam', title: 'Mail', impact: 'critical' };
    const { id } = (await send<RequestView>('POST', '/v1/service-requests', filing)).body;
    const lower = (impact: string, headers = {}) =>
      send<RequestView>('POST', `/v1/service-requests/${id}/severity`, { impact, reason: 'Milder' }, headers);
    await lower('moderate', ann);
    const { position } = (await lower('minimal')).body;
    const url = `/v1/reports/deadline-gaming?within=PT24H&waitFor=${position}`;
    const { body } = await callerOf(() => api)<Page<{ to: string; actor: object; onBehalfOf?: string }>>('GET', url);
    const actor = { id: 'key:default-service', role: 'service', kind: 'service' };
    expect(body.items.map(({ to, actor, onBehalfOf }) => ({ to, actor, onBehalfOf }))).toEqual([
      { to: 'minimal', actor, onBehalfOf: undefined },
      { to: 'moderate', actor, onBehalfOf: 'ann@fabrikam.example' },
    ]);
  });
});
