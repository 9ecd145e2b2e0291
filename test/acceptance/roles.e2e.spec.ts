import { CAPABILITIES, type Capability, may, ROLES } from '#access';
import type { TenantId } from '#kernel';
import type { ProblemView } from '../support/views.js';
import {
  type ApiInProcess,
  apiInProcess,
  type GuardedRoute,
  guardedRoutesOf,
  keyOf,
} from '../support/api-in-process.js';

/** Routes that take a body and record nothing: they compute. */
const COMPUTES = ['/v1/sla/quote', '/v1/sla/what-if', '/v1/sla/policies/check'];

let api: ApiInProcess;

beforeAll(async () => {
  api = await apiInProcess(['default', 'contoso']);
});
afterAll(() => api.close());

const routes = (): readonly GuardedRoute[] => guardedRoutesOf(api);
const addressOf = ({ url }: GuardedRoute): string => url.replace(/:[^/]+/g, '00000000-0000-4000-8000-000000000000');

const ask = async (route: GuardedRoute, key: string) => {
  const address = `${addressOf(route)}${route.url.endsWith('/stream') ? '?' : ''}`;
  // A stream would never end: a wrong resume point is refused by whoever may open it.
  const headers = { authorization: `Bearer ${key}`, host: 'test', 'last-event-id': 'none' };
  const { statusCode, body } = await api.server.inject({ method: route.method as 'GET', url: address, headers });
  return { status: statusCode, body };
};

describe('every route', () => {
  it('says what it needs, and every capability is needed somewhere or asked for by name', () => {
    expect(routes().length).toBeGreaterThan(75);
    const needed = new Set<Capability>(routes().map(({ needs }) => needs));
    const unused = Object.keys(CAPABILITIES).filter((capability) => !needed.has(capability as Capability));
    expect(unused).toEqual(['requests.technical', 'requests.billing', 'requests.fraud', 'actors.onBehalf']);
  });

  it.each(['default', 'contoso'])(
    'lets in whom the matrix allows and nobody else, in the tenant %s',
    async (tenant) => {
      const surprises: string[] = [];
      let tried = 0;
      for (const route of routes())
        for (const role of ROLES) {
          const allowed = may(route.needs, tenant as TenantId, role);
          const { status } = await ask(route, keyOf(role, tenant));
          if (allowed ? [401, 403].includes(status) || status >= 500 : status !== 403)
            surprises.push(`${route.method} ${route.url} as ${role}: ${status}`);
          tried += 1;
        }
      process.stdout.write(`roles: ${tried} pairs of a route and a role in ${tenant}, ${surprises.length} surprises\n`);
      expect(surprises).toEqual([]);
    },
  );

  it('is closed without a key, and to one that is not known', async () => {
    for (const route of routes()) {
      expect((await ask(route, 'nobody-has-this-key')).status).toBe(401);
      const { statusCode } = await api.server.inject({ method: route.method as 'GET', url: addressOf(route) });
      expect(statusCode).toBe(401);
    }
  });
});

describe('an auditor', () => {
  it('may read everything and write nothing', () => {
    const readable = routes().filter(({ needs }) => may(needs, 'default' as TenantId, 'auditor'));
    const reading = ({ method, url }: GuardedRoute): boolean =>
      ['GET', 'HEAD'].includes(method) || COMPUTES.includes(url);
    expect(readable).toEqual(routes().filter(reading));
  });
});

describe('a refusal', () => {
  it('names the capability that is missing and the roles that have it', async () => {
    const route = { method: 'POST', url: '/v1/projections/alerts/rebuild', needs: 'projections.rebuild' } as const;
    const { status, body } = await ask(route, keyOf('salesAgent'));
    expect(status).toBe(403);
    expect(JSON.parse(body) as ProblemView).toEqual({
      type: '/problems/forbidden',
      title: 'Your role does not allow this',
      status: 403,
      detail:
        "To rebuild a read model needs the capability projections.rebuild, which these roles of the installation's own tenant have: administrator.",
      instance: '/v1/projections/alerts/rebuild',
    });
  });
});

describe('filing', () => {
  it.each([
    ['adminAgent', 'technical', 422],
    ['adminAgent', 'billing', 403],
    ['salesAgent', 'technical', 403],
    ['billingAdmin', 'subscriptionManagement', 422],
    ['globalAdmin', 'billing', 422],
  ])('as %s is for its own class of issue: %s answers %i (REQ-01, REQ-02)', async (role, issueClass, status) => {
    const { statusCode } = await api.server.inject({
      method: 'POST',
      url: '/v1/service-requests',
      headers: { authorization: `Bearer ${keyOf(role)}` },
      payload: { customerId: 'nobody', title: 'An invoice', impact: 'minimal', issueClass },
    });
    expect(statusCode).toBe(status);
  });
});
