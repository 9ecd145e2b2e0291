import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { eventually } from '#testing';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import { EventReader } from '../support/sse.js';

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start({ LEDGERDESK_DRAIN_SECONDS: '1' })).withContoso();
});
afterAll(() => ledgerdesk.remove());

const customers = (batch: number): string =>
  Array.from({ length: 1_000 }, (_, index) =>
    JSON.stringify({
      key: `${batch}-${index}`,
      method: 'PUT',
      path: `/v1/customers/c-${batch}-${index}`,
      body: { displayName: 'C', primaryDomain: `c-${batch}-${index}.example` },
    }),
  ).join('\n');

const sendBatch = async (batch: number): Promise<string> => {
  const headers = { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${ledgerdesk.url}/v1/batches`, { method: 'POST', headers, body: customers(batch) });
  return answer.text();
};

const answerOn = (agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    get(`${ledgerdesk.url}/v1/alerts`, { agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer));
    }).on('error', reject);
  });

it('says that it stops before it does, answers what it was asked, and sends away who stays connected', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await answerOn(agent)).headers.connection).toBe('keep-alive');
  const reader = new EventReader(`${ledgerdesk.url}/v1/alerts/stream`, TEST_KEY);
  await reader.connect();
  const long = ledgerdesk.send('GET', '/v1/service-requests?waitFor=999999999', undefined, { prefer: 'wait=2' });
  const ended = ledgerdesk.end('SIGTERM');
  const health = () => fetch(`${ledgerdesk.url}/health/ready`);
  await eventually(async () => (await health()).status === 503, { what: 'the word that it stops' });
  expect(await (await health()).json()).toEqual({ status: 'stopping' });
  const filed = await ledgerdesk.post('/v1/service-requests', {
    customerId: 'contoso',
    title: 'Late',
    impact: 'minimal',
  });
  expect([filed.status, filed.headers.get('connection')]).toEqual([201, 'close']);
  expect((await answerOn(agent)).headers.connection).toBe('close');
  await reader.ended;
  expect((await long).status).toBe(503);
  expect(await ended).toBe(0);
  agent.destroy();
  await ledgerdesk.startAgain();
  const { body } = await ledgerdesk.get<{ items: readonly { title: string }[] }>('/v1/service-requests');
  expect(body.items.map(({ title }) => title)).toEqual(['Late']);
});

it('stops in the middle of batches that take longer than it waits', async () => {
  const batches = [0, 1, 2, 3, 4, 5, 6, 7].map((number) => sendBatch(number).catch(() => 'cut off'));
  await eventually(async () => (await ledgerdesk.get('/v1/customers/c-7-5')).status === 200, { what: 'some lines' });
  expect(await ledgerdesk.end('SIGTERM')).toBe(0);
  const answers = await Promise.all(batches);
  expect(answers.some((answer) => answer === 'cut off' || answer.includes('Ledgerdesk is stopping'))).toBe(true);
});
