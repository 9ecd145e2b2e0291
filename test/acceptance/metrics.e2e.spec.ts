import { Writable } from 'node:stream';
import { pino } from 'pino';
import { eventually, newEvents } from '#testing';
import { type ApiInProcess, apiInProcess, keyOf } from '../support/api-in-process.js';

describe('metrics', () => {
  let api: ApiInProcess;
  let lines = '';
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines += chunk.toString();
      done();
    },
  });

  beforeAll(async () => {
    api = await apiInProcess(['default', 'contoso'], pino({}, sink));
  });
  afterAll(() => api.close());

  const get = (url: string, key: string) =>
    api.server.inject({ method: 'GET', url, headers: { authorization: `Bearer ${key}` } });
  const metrics = async (): Promise<string> => (await get('/metrics', keyOf('operator'))).body;

  it('tell of requests, refusals, timers, read models and the process', async () => {
    await get('/v1/service-requests', keyOf('operator'));
    await get('/v1/api-keys', keyOf('salesAgent', 'contoso'));
    await get('/v1/nothing/here', keyOf('operator'));
    const answer = await get('/metrics', keyOf('auditor'));
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    for (const line of [
      'ledgerdesk_http_request_duration_seconds_count{method="GET",route="/v1/service-requests",status="200"} 1',
      'ledgerdesk_refusals_total{code="forbidden",capability="access.read",tenant="contoso"} 1',
      'ledgerdesk_deadlines_overdue 0',
      'ledgerdesk_timers_armed 0',
      'ledgerdesk_projection_lag_events{projection="service-requests"} 0',
      'ledgerdesk_follower_failing{follower="open-alerts"} 0',
    ])
      expect(answer.body).toContain(line);
    expect(answer.body).toContain('nodejs_eventloop_lag_seconds');
    expect(answer.body).not.toContain('/v1/nothing');
  });

  it('are for those who look after the installation only', async () => {
    expect((await get('/metrics', keyOf('operator', 'contoso'))).statusCode).toBe(403);
    expect((await get('/metrics', 'nobody-has-this-key')).statusCode).toBe(401);
  });

  it('count each refusal of strangers, of whom the log names the first few, and never what they sent', async () => {
    const flood = 200;
    for (let n = 0; n < flood; n += 1) await get('/v1/alerts', `guessed-secret-${n}`);
    const count = /ledgerdesk_refusals_total\{code="unauthenticated",capability="none",tenant="none"\} (\d+)/;
    expect(Number(count.exec(await metrics())?.[1])).toBeGreaterThanOrEqual(flood);
    expect(lines.match(/"code":"unauthenticated"/g)?.length).toBe(20);
    expect(lines).not.toContain('guessed-secret');
  });

  it('tell which follower fails, as health does since when, and neither tells why', async () => {
    const unheard = newEvents(1, { type: 'Escalated' }).map((event) => ({ ...event, schemaVersion: 99 }));
    await api.events.append('unheard-1', 'none', unheard);
    const failing = 'ledgerdesk_follower_failing{follower="open-alerts"} 1';
    await eventually(async () => (await metrics()).includes(failing), { what: failing });
    const health = (await api.server.inject('/health/ready')).body;
    expect(health).toMatch(/{"name":"open-alerts","state":"failing","since":"[^"]+Z"}/);
    expect(health).not.toContain('v99');
  });
});
