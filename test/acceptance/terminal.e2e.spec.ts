import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { RequestView } from '../support/views.js';

const run = promisify(execFile);
const CLI = resolve(__dirname, '../../bin/ledgerdesk.mjs');
const DEMO = resolve(__dirname, '../../scripts/demo.mjs');

let ledgerdesk: Ledgerdesk;
let request: RequestView;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  const filing = { customerId: 'contoso', title: 'Mail does not arrive', impact: 'critical' };
  request = (await ledgerdesk.post<RequestView>('/v1/service-requests', filing)).body;
});
afterAll(() => ledgerdesk.remove());

const ledger = async (...args: readonly string[]): Promise<{ stdout: string; stderr: string; code: number }> => {
  const environment = { ...process.env, LEDGERDESK_DATA_DIR: join(ledgerdesk.folder, 'data') };
  try {
    return { ...(await run(process.execPath, [CLI, ...args], { env: environment })), code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
};

it('plays the demo on a running service: one promise kept, one broken, the alert live', async () => {
  const { stdout } = await run(process.execPath, [DEMO], {
    env: { ...process.env, LEDGERDESK_URL: ledgerdesk.url, LEDGERDESK_API_KEY: TEST_KEY },
  });
  expect(stdout).toMatch(/answered in time[\s\S]*breached: was due[\s\S]*Alert to duty-manager, arrived live/);
  expect(stdout).toMatch(
    /kept\n(?:.*\n)*.*FirstResponseGiven[\s\S]*broken\n(?:.*\n)*.*ResponseBreached.*\n.*Escalated/,
  );
}, 60_000);

it('shows the history of a request, of a running service and of a stopped one', async () => {
  const running = await ledger('history', request.id);
  expect(running.stdout).toMatch(
    /RequestFiled .* contoso: Mail does not arrive\n.*SeverityAssigned .*critical\n.*due .*\(2 h by program v1 on always v1/,
  );
  const asJson = await ledger('history', request.id, '--json');
  const { items } = (await ledgerdesk.get<{ items: unknown[] }>(`/v1/service-requests/${request.id}/history`)).body;
  expect(
    asJson.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(items);
  await ledgerdesk.end();
  expect((await ledger('history', request.id)).stdout).toBe(running.stdout);
});

it('replays a stopped store and says what it adds up to', async () => {
  const { stdout } = await ledger('replay', '--type', 'ResponseBreached');
  expect(stdout.match(/ResponseBreached/g)).toHaveLength(1);
  expect(stdout).toMatch(
    /requests {2}3 \(1 new, 1 waitingOnCustomer, 1 escalated\)\npromises {2}3 \(1 open, 1 met, 1 breached\)/,
  );
});

it.each([
  [['history', 'nope'], /Tenant default has no service request nope/],
  [['history', 'nope', '--data', '/nonexistent'], /There is no event store in \/nonexistent/],
  [['replay', '--from', 'yesterday'], /--from takes a position/],
])('says what to do when it cannot: %p', async (args, message) => {
  const { code, stderr } = await ledger(...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});
