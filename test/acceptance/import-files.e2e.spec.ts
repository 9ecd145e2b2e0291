import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { instantFromMs, instantToMs, systemClock } from '#kernel';
import { eventually } from '#testing';
import { Ledgerdesk, TEST_KEY } from '../support/ledgerdesk.js';
import type { AlertView, Page, RequestView } from '../support/views.js';

const CLI = resolve(__dirname, '../../bin/ledgerdesk.mjs');
const HOUR_MS = 3_600_000;
const FIRST = instantToMs(instantFromMs(Date.parse('2024-01-01T00:00:00Z')));

let ledgerdesk: Ledgerdesk;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-files-'));
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
  await ledgerdesk.withFastPolicy('PT6S');
});
afterAll(async () => {
  await ledgerdesk.remove();
  rmSync(folder, { recursive: true });
});

const start = (args: readonly string[], url = ledgerdesk.url): ChildProcess =>
  spawn(process.execPath, [CLI, 'import', ...args], {
    env: { PATH: process.env['PATH'], LEDGERDESK_URL: url, LEDGERDESK_API_KEY: TEST_KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const ended = async (child: ChildProcess) => {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (text: Buffer) => (said.out += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (said.err += text.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, ...said };
};
const run = (...args: readonly string[]) => ended(start(args));

const at = (hours: number): string => instantFromMs(FIRST + hours * HOUR_MS);

/** Filed an hour after the other; each third one is answered late, and all are resolved the day after. */
const ticket = (system: string, index: number) => ({
  system,
  externalId: `T-${index}`,
  customerId: 'contoso',
  title: `Ticket no. ${index}`,
  impact: 'critical',
  filedAt: at(index),
  timeline: [
    { at: at(index + (index % 3 === 0 ? 5 : 1)), do: 'respond', text: 'We are on it.' },
    { at: at(index + 24), do: 'resolve', summary: 'Fixed.' },
  ],
});

const written = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const ndjson = (name: string, lines: readonly unknown[]): string =>
  written(name, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
const tickets = (system: string, count: number) => Array.from({ length: count }, (_, index) => ticket(system, index));

const totals = async () => {
  const url = '/v1/reports/attainment?from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:00Z';
  const { met, breached } = (await ledgerdesk.get<{ totals: { met: number; breached: number } }>(url)).body.totals;
  return [met, breached];
};
const alerts = async () => (await ledgerdesk.get<Page<AlertView>>('/v1/alerts')).body.items;

it('imports a file of lines, tells the bad ones, and leaves them to be mended and imported alone', async () => {
  const lines: unknown[] = tickets('lines', 450);
  lines[7] = { ...ticket('lines', 7), timeline: [{ at: at(6), do: 'respond' }] };
  lines[300] = { ...ticket('lines', 300), customerId: 'nobody' };
  lines[420] = '{"externalId":';
  const file = ndjson('lines.ndjson', lines);
  const { code, out, err } = await run(file);
  expect(out).toMatch(/^Read 450 tickets: 447 imported, 0 there already, 3 rejected\.\nMend what was rejected in /);
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^line 8: #\/timeline\/0\/at: at lies before the filing .* \(order\)$/),
    expect.stringMatching(
      /^line 301: #\/customerId: There is no customer nobody\. Register it first .* \(unknown-customer\)$/,
    ),
    expect.stringMatching(/^line 421: #: This line is no JSON .* \(not-json\)$/),
  ]);
  expect(code).toBe(1);
  const rejected = `${file}.rejected.ndjson`;
  expect(statSync(rejected).mode & 0o777).toBe(0o600);
  const mended = readFileSync(rejected, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { rejected: { line: number } })
    .map((one) => ({ ...one, ...ticket('lines', one.rejected.line - 1) }));
  const alone = await run(ndjson('mended.ndjson', mended));
  expect(alone).toEqual({ code: 0, out: 'Read 3 tickets: 3 imported, 0 there already, 0 rejected.\n', err: '' });
  await eventually(async () => (await totals()).join() === '300,150', { what: 'the figures' });
}, 60_000);

it('has no effect a second time, and says so', async () => {
  const file = ndjson('again.ndjson', tickets('lines', 450));
  const { code, out } = await run(file);
  expect([code, out]).toEqual([0, 'Read 450 tickets: 0 imported, 450 there already, 0 rejected.\n']);
  expect(existsSync(`${file}.rejected.ndjson`)).toBe(false);
  expect(await totals()).toEqual([300, 150]);
}, 60_000);

it('tells a ticket that came before with other content', async () => {
  const { code, err } = await run(ndjson('other.ndjson', [{ ...ticket('lines', 1), title: 'Another' }]));
  expect([code, err]).toEqual([1, expect.stringMatching(/^line 1: #\/externalId: This ticket was imported before/)]);
});

const HEADER = 'External ID,Title,Customer,Impact,Filed at,First response at,Resolved at,Closed at';
const row = (index: number): string =>
  `C-${index},"=1+${index}\r\n한국어, Größe",contoso,critical,${at(index)},${at(index + 1)},,${at(index + 2)}`;
const table = (count: number): string =>
  [
    HEADER,
    ...Array.from({ length: count }, (_, index) => (index === 4 ? `C-4,x,contoso,huge,${at(4)},soon,,` : row(index))),
  ].join('\r\n');

it.each([
  ['utf-8', Buffer.from(table(40))],
  ['utf-8-marked', Buffer.from(`\uFEFF${table(40)}`)],
  ['utf-16-le', Buffer.from(`\uFEFF${table(40)}`, 'utf16le')],
  ['utf-16-be', Buffer.from(`\uFEFF${table(40)}`, 'utf16le').swap16()],
])('imports a table in %s', async (system, bytes) => {
  const { code, out, err } = await run(written(`${system}.csv`, bytes), '--system', system);
  expect(out).toMatch(/^Read 40 tickets: 39 imported, 0 there already, 1 rejected\./);
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^line 10: #\/impact \(column Impact\): /),
    expect.stringMatching(/^line 10: #\/timeline\/0\/at \(column First response at\): /),
  ]);
  expect(code).toBe(1);
  const sent = { ...ticket(system, 0), externalId: 'C-0', title: '=1+0\r\n한국어, Größe' };
  const timeline = [
    { at: at(1), do: 'respond' },
    { at: at(2), do: 'close' },
  ];
  const { status, headers, body } = await ledgerdesk.post<RequestView & { title: string }>('/v1/imports', {
    ...sent,
    timeline,
  });
  expect([status, headers.get('idempotency-replayed'), body.title]).toEqual([201, 'true', sent.title]);
});

it('goes on where it was killed', async () => {
  const count = 3_000;
  const file = ndjson('killed.ndjson', tickets('killed', count));
  const [metBefore = 0] = await totals();
  const child = start([file]);
  const gone = ended(child);
  await eventually(async () => ((await totals())[0] ?? 0) > metBefore, { what: 'the first batch of it' });
  child.kill('SIGKILL');
  expect((await gone).code).toBeNull();
  const { code, out } = await run(file);
  const [, imported, there] =
    /^Read 3000 tickets: (\d+) imported, (\d+) there already, 0 rejected\.\n$/.exec(out) ?? [];
  expect([code, Number(imported) + Number(there)]).toEqual([0, count]);
  expect(Number(there)).toBeGreaterThan(0);
  await eventually(async () => (await totals()).join() === `${metBefore + 2_000},${150 + 1_000}`, {
    what: 'each of them once',
  });
}, 120_000);

it('looks for mistakes without a service', async () => {
  const file = ndjson('dry.ndjson', [ticket('dry', 1), { ...ticket('dry', 2), impact: 'huge' }]);
  const { code, out, err } = await ended(start([file, '--dry-run'], 'http://127.0.0.1:9'));
  expect(out).toBe('Read 2 tickets: 1 can be sent, 1 cannot. Nothing was sent.\n');
  expect([code, err]).toEqual([1, expect.stringMatching(/^line 2: #\/impact: /)]);
  expect(existsSync(`${file}.rejected.ndjson`)).toBe(false);
});

it('sends again what the service had no time for', async () => {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const lines = text.split('\n').length;
      asked.push(lines);
      const answers = Array.from({ length: lines }, (_, index) =>
        JSON.stringify({
          line: index + 1,
          ...(asked.length === 2 && index > 0 ? { status: 503, retryAfter: 1 } : { status: 201 }),
        }),
      );
      if (asked.length === 1) response.writeHead(503, { 'retry-after': '1' }).end('{}');
      else response.end(`${answers.join('\n')}\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const file = ndjson('busy.ndjson', tickets('busy', 3));
  const { code, out } = await ended(start([file], `http://127.0.0.1:${port}`));
  server.close();
  expect([asked, code, out]).toEqual([[3, 3, 2], 0, 'Read 3 tickets: 3 imported, 0 there already, 0 rejected.\n']);
});

it.each([
  ['a file that is not there', ['none.csv'], /none\.csv cannot be read \(ENOENT/],
  ['a file of another kind', [__filename], /is neither \.ndjson/],
  ['no address', [__filename, '--url', 'nowhere'], /nowhere is no address/],
  [
    'a key that is none',
    ['lines.ndjson', '--key', 'wrong-key-0123456789'],
    /A valid API key is needed|no API key|not known/i,
  ],
])('says what is wrong with %s', async (_, [file = '', ...rest], message) => {
  const { code, err } = await run(file.includes('/') ? file : join(folder, file), ...rest);
  expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  expect(err).not.toMatch(/\n\s+at /);
});

it('told nobody of all that was missed; what is still owed is told when it is missed here', async () => {
  expect(await alerts()).toEqual([]);
  const open = { ...ticket('open', 1), policyId: 'fast', filedAt: systemClock.now(), timeline: [] };
  const { out } = await run(ndjson('open.ndjson', [open]));
  expect(out).toMatch(/1 imported/);
  await eventually(async () => (await alerts()).length > 0, { what: 'the alert', timeoutMs: 20_000 });
  expect(await alerts()).toMatchObject([{ kind: 'breach' }]);
}, 60_000);
