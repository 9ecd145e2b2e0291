import fc from 'fast-check';
import { Ledgerdesk } from '../support/ledgerdesk.js';

/** More for a night's run: FUZZ_RUNS=20000. The seed is printed, and given again with FUZZ_SEED. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2_147_483_647);

let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  ledgerdesk = await (await Ledgerdesk.start()).withContoso();
});
afterAll(() => ledgerdesk.remove());

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '../..',
    '__proto__',
    'NaN',
    '1e999',
    '-0',
    '2026-02-30',
    'Mars/Olympus',
    'a'.repeat(70_000),
  ),
);

const anything = fc.oneof(
  { weight: 3, arbitrary: nasty },
  fc.jsonValue(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);

const FIELDS = [
  'customerId',
  'title',
  'impact',
  'reason',
  'text',
  'respondedAt',
  'target',
  'summary',
  'until',
  'displayName',
  'rules',
  'week',
  'holidays',
  'timeZone',
  'overrides',
  'warnings',
  'contact',
  '__proto__',
  'constructor',
];

const body = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .dictionary(fc.constantFrom(...FIELDS), anything, { maxKeys: 8 })
      .map((value) => JSON.stringify(value)),
  },
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const ID = '00000000-0000-4000-8000-000000000000';
const SUBS = ['severity', 'responses', 'notes', 'escalations', 'resolution', 'closure', 'reopenings'];

const path = fc.oneof(
  fc.constantFrom(
    '/v1/service-requests',
    '/v1/customers/contoso',
    '/v1/customers/contoso/service-requests',
    '/v1/alerts',
    '/v1/deadlines',
    '/v1/projections',
    '/v1/projections/alerts/rebuild',
    '/v1/calendars/mine',
    '/v1/sla/policies/mine',
  ),
  fc.constantFrom(...SUBS).map((sub) => `/v1/service-requests/${ID}/${sub}`),
  nasty.map((text) => `/v1/service-requests/${encodeURIComponent(text.toWellFormed()).slice(0, 2_000)}`),
  nasty.map((text) => `/problems/${encodeURIComponent(text.toWellFormed()).slice(0, 2_000)}`),
  nasty.map((text) => `/v1/service-requests?cursor=${encodeURIComponent(text.toWellFormed()).slice(0, 2_000)}`),
);

const command = fc.record({ method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'), path, body });

it(`answers whatever is sent below 500, with a problem document if it refuses (${RUNS} runs, seed ${SEED})`, async () => {
  process.stdout.write(`fuzz: ${RUNS} requests from seed ${SEED}\n`);
  await fc.assert(
    fc.asyncProperty(command, async ({ method, path: address, body: sent }) => {
      const { status, headers } = await ledgerdesk.send(method, address, method === 'GET' ? undefined : sent);
      expect(status).toBeLessThan(500);
      if (status >= 400) expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);
