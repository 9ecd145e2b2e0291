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

describe('what the documentation shows as the body of', () => {
  let api: ApiInProcess;
  let requestId: string;
  let otherId: string;

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
    otherId = (await send('POST', '/v1/service-requests', filing)).json<{ id: string }>().id;
  });
  afterAll(() => api.close());

  it.each(examples.map((one) => [one.name, one] as const))('%s can be sent as it is', async (_, one) => {
    expect(one.example).toBeDefined();
    const path = one.path
      .replace('/service-requests/{id}', `/service-requests/${requestId}`)
      .replace('{calendarId}', 'our-hours')
      .replace('{policyId}', 'our-policy')
      .replace(/\{(?:customerId|tenantId)\}/, 'contoso')
      .replace('{kind}/{cycle}', 'programFirstResponse/1')
      .replace(/\{\w+\}/, SOME_ID);
    const example = JSON.parse(JSON.stringify(one.example).replaceAll(SOME_ID, otherId)) as unknown;
    const { statusCode, body } = await send(one.method, path, example, one.type);
    // Of what is not there, or where the request's state stands against it, the body was understood all the same.
    const isOfNone = path.includes(SOME_ID) && statusCode === 404;
    const isUnderstood = statusCode < 300 || statusCode === 409 || isOfNone;
    expect({ isUnderstood, answer: isUnderstood ? '' : body }).toEqual({ isUnderstood: true, answer: '' });
    if (one.type === 'application/x-ndjson') expect(body).not.toMatch(/"status":[45]/);
  });
});
