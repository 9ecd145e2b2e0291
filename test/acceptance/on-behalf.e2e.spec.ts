import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';

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
});
