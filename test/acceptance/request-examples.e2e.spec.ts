import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly parameters?: readonly { readonly $ref?: string }[];
}

const { paths } = JSON.parse(readFileSync(join(__dirname, '../../apps/api/openapi.json'), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const SOME_ID = '84a0cd70-6c2e-550a-bc11-cbee5c439d4d';

/** Whatever others build on comes first, and what ends it last. */
const ORDER = ['customers', 'calendars/{', 'policies/{', 'post /v1/service-requests', 'put', 'post'];
const LAST = ['suspension', 'reactivation', 'merges'];

const rank = (name: string): number => {
  const last = LAST.findIndex((word) => name.endsWith(word));
  return last >= 0 ? ORDER.length + last : ORDER.findIndex((start) => name === start || name.includes(start));
};

const examples = Object.entries(paths)
  .flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody }]) =>
      Object.entries(requestBody?.content ?? {}).map(([type, { example }]) => ({
        name: `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        type,
        example,
      })),
    ),
  )
  .sort((a, b) => rank(a.name) - rank(b.name));

/** Those that find nothing to act on, and are understood before that: nothing is breached or under an older version here. */
const STOPPED: Readonly<Record<string, number>> = {
  'post /v1/alerts/{alertId}/snooze': 404,
  'post /v1/service-requests/{id}/obligations/{kind}/{cycle}/annulment': 409,
  'post /v1/service-requests/{id}/obligations/{kind}/{cycle}/reevaluation': 409,
};

describe('what the documentation shows as the body of', () => {
  let api: ApiInProcess;
  let requestId: string;
  let otherId: string;
  let keyId: string;

  const send = (method: string, url: string, body: unknown, type = 'application/json') =>
    api.server.inject({
      method: method as 'POST',
      url,
      headers: { authorization: `Bearer ${keyOf('administrator')}`, 'content-type': type },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });

  beforeAll(async () => {
    api = await apiInProcess();
    await send('PUT', '/v1/customers/contoso', { displayName: 'Contoso', primaryDomain: 'contoso.example' });
    const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'minimal' };
    requestId = (await send('POST', '/v1/service-requests', filing)).json<{ id: string }>().id;
    keyId = (await send('POST', '/v1/api-keys', { name: 'Turned', role: 'auditor' })).json<{ id: string }>().id;
    otherId = (await send('POST', '/v1/service-requests', filing)).json<{ id: string }>().id;
  });
  afterAll(() => api.close());

  it('snoozes until an instant that is still to come', () => {
    const until = examples.find(({ name }) => name.endsWith('/snooze'))?.example as { readonly until: string };
    expect(Date.parse(until.until)).toBeGreaterThan(Date.now());
  });

  it.each(examples.map((one) => [one.name, one] as const))('%s can be sent as it is', async (_, one) => {
    expect(one.example).toBeDefined();
    const path = one.path
      .replace('/service-requests/{id}', `/service-requests/${requestId}`)
      .replace('{calendarId}', 'our-hours')
      .replace('{policyId}', 'our-policy')
      .replace(/\{(?:customerId|tenantId)\}/, 'contoso')
      .replace('{keyId}', keyId)
      .replace('{kind}/{cycle}', 'programFirstResponse/1')
      .replace(/\{\w+\}/, SOME_ID);
    const example = JSON.parse(JSON.stringify(one.example).replaceAll(SOME_ID, otherId)) as unknown;
    const { statusCode, body } = await send(one.method, path, example, one.type);
    const isAsMeant = STOPPED[one.name] === undefined ? statusCode < 300 : statusCode === STOPPED[one.name];
    expect(isAsMeant ? 'as meant' : `${statusCode} ${body}`).toBe('as meant');
    if (one.type === 'application/x-ndjson') expect(body).not.toMatch(/"status":[45]/);
  });
});
