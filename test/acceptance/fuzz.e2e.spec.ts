import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AnswerChecks, type Described } from '../support/answer-checks.js';
import { type Document, operationsOf } from '../support/fuzz/document.js';
import { FuzzRun } from '../support/fuzz/fuzz-run.js';
import { requestsIn, settle } from '../support/fuzz/fuzz-world.js';
import { KnownThings } from '../support/fuzz/known-things.js';
import { Wire } from '../support/fuzz/wire.js';
import { Ledgerdesk } from '../support/ledgerdesk.js';

/** More at leisure: `npm run fuzz`. The seed is printed, and given again with FUZZ_SEED. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 800);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2_147_483_647);

const document = JSON.parse(readFileSync(join(__dirname, '../../apps/api/openapi.json'), 'utf8')) as Document &
  Described;
const operations = operationsOf(document);

const say = (line: string): void => void process.stdout.write(`fuzz: ${line}\n`);

const listed = <Key extends number | string>(counts: ReadonlyMap<Key, number>): string =>
  [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what}: ${count}`)
    .join(', ');

let ledgerdesk: Ledgerdesk;
let wire: Wire;

beforeAll(async () => {
  ledgerdesk = await Ledgerdesk.start();
  wire = new Wire(ledgerdesk.url);
});
afterAll(async () => {
  wire.close();
  await ledgerdesk.remove();
});

it(`answers as the document says, whatever is sent (${RUNS} requests, seed ${SEED})`, async () => {
  say(`${RUNS} requests from seed ${SEED}; again: FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS} npm run fuzz`);
  const known = new KnownThings();
  const callers = await settle(ledgerdesk, known);
  const run = new FuzzRun(SEED, wire, new AnswerChecks(document), known);
  const requests = requestsIn(document, known, callers, Date.now());
  await fc.assert(
    fc.asyncProperty(requests, (request) => run.send(request)),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  say(`${run.sent.size} of ${operations.length} operations were asked, ${run.served.size} served`);
  say(`statuses: ${listed(run.statuses)}`);
  if (RUNS > 800) say(`refused though as described: ${listed(run.unsaid)}`);
  say(
    `never: ${operations
      .map(({ id }) => id)
      .filter((id) => !run.served.has(id))
      .join()}`,
  );
  say(`${run.faults.size} kinds of mismatch`);
  expect([...run.faults.values()].join('\n\n')).toBe('');
}, 900_000);
