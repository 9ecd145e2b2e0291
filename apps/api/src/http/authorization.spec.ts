import { fastify } from 'fastify';
import { pino } from 'pino';
import type { TenantId } from '#kernel';
import { authorize } from './authorization.js';
import { Refusals } from './refusals.js';

/** A server whose callers all have one role, and what it logs. */
const serverOf = (role: string) => {
  const lines: string[] = [];
  const server = fastify();
  const principal = {
    tenantId: 'default' as TenantId,
    actor: { id: 'key:1', role, kind: 'service' as const },
    prefix: 'ldk_1',
  };
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', (request, _, next) => {
    request.principal = principal;
    next();
  });
  authorize(server, new Refusals(pino({}, { write: (line: string) => lines.push(line) })));
  return { server, lines };
};

describe('authorization', () => {
  it('fails the boot for a route that does not say who may', () => {
    const { server } = serverOf('administrator');
    expect(() => server.get('/v1/secrets', () => 'told')).toThrow('GET /v1/secrets does not say who may: add @Needs');
  });

  it('leaves health and the pages of problems open', () => {
    expect(() => serverOf('auditor').server.get('/health/live', () => 'live')).not.toThrow();
  });

  it('refuses before the body is read, and logs who it was, each time with a count', async () => {
    const { server, lines } = serverOf('auditor');
    server.post('/v1/alerts/:alertId/snooze', { config: { needs: 'alerts.deal' } }, () => 'snoozed');
    const snooze = () => server.inject({ method: 'POST', url: '/v1/alerts/7/snooze', payload: '{' });
    expect((await snooze()).statusCode).toBe(403);
    expect((await snooze()).statusCode).toBe(403);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      requestId: 'req-2',
      tenantId: 'default',
      actor: 'key:1',
      role: 'auditor',
      code: 'forbidden',
      capability: 'alerts.deal',
      method: 'POST',
      route: '/v1/alerts/:alertId/snooze',
      count: 2,
    });
  });

  it.each([
    ['service', 'ann@contoso.example', 200, 'ann@contoso.example'],
    ['service', undefined, 200, 'nobody'],
    ['service', 'a'.repeat(128), 200, 'a'.repeat(128)],
    ['service', 'a'.repeat(129), 422, undefined],
    ['service', 'Änn', 422, undefined],
    ['service', '', 422, undefined],
    ['administrator', 'ann', 403, undefined],
  ])('lets a %s act for %s: %i', async (role, person, status, told) => {
    const { server, lines } = serverOf(role);
    server.post(
      '/v1/notes',
      { config: { needs: 'requests.work' } },
      ({ principal }) => principal?.onBehalfOf ?? 'nobody',
    );
    const headers = person === undefined ? {} : { 'ledgerdesk-on-behalf-of': person };
    const { statusCode, body } = await server.inject({ method: 'POST', url: '/v1/notes', headers });
    expect([statusCode, statusCode === 200 ? body : undefined]).toEqual([status, told]);
    expect(lines.map((line) => (JSON.parse(line) as { capability: string }).capability)).toEqual(
      status === 403 ? ['actors.onBehalf'] : [],
    );
  });

  it('lets in who may, and nobody of a role that this version does not know', async () => {
    for (const [role, status] of [
      ['dutyManager', 200],
      ['superuser', 403],
      ['constructor', 403],
    ] as const) {
      const { server } = serverOf(role);
      server.get('/v1/alerts', { config: { needs: 'alerts.read' } }, () => 'alerts');
      expect((await server.inject('/v1/alerts')).statusCode).toBe(status);
    }
  });
});
