import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '#testing';
import { Ledgerdesk } from '../support/ledgerdesk.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import { fileAll, troubles, verdict, Witness } from './chaos.js';

/** `npm run chaos` takes 20,000. */
const DEADLINES = Number(process.env['CHAOS_DEADLINES'] ?? 300);
const isSmall = DEADLINES <= 1_000;
const PLAN = { deadlines: DEADLINES, windowS: isSmall ? 8 : 120 };

let clock: ShiftedClock;
let ledgerdesk: Ledgerdesk;

beforeAll(async () => {
  clock = new ShiftedClock();
  ledgerdesk = await (await Ledgerdesk.start(clock.environment)).withContoso();
});
afterAll(async () => {
  await ledgerdesk.remove();
  clock.remove();
});

it(`finds each of ${DEADLINES} missed deadlines once and none early, whatever fails meanwhile (G2, G3, E47, E50, E51)`, async () => {
  const witness = new Witness(ledgerdesk);
  const startedMs = Date.now();
  const due = await fileAll(ledgerdesk, PLAN);
  const ahead = [...due.values()].filter((dueMs) => dueMs > Date.now());
  expect(ahead.length).toBeGreaterThan(DEADLINES / 2);
  const firstDueMs = Math.min(...ahead);
  for (const { at, what, happens } of troubles(ledgerdesk, clock, PLAN)) {
    await sleep(firstDueMs + at * PLAN.windowS * 1_000 - Date.now());
    if (!isSmall) process.stdout.write(`${((Date.now() - startedMs) / 1_000).toFixed(0)} s: ${what}\n`);
    await happens();
  }
  await eventually(() => witness.seen.size === due.size, { timeoutMs: 180_000, what: 'every miss' }).catch(
    () => undefined,
  );
  await witness.end();
  const { lateness, ...counts } = verdict(due, witness.seen);
  process.stdout.write(
    `${DEADLINES} deadlines: ${counts.missing} missing, ${counts.doubled} doubled, ${counts.early} early; seen late by p50 ${lateness.p50Ms} ms, p90 ${lateness.p90Ms} ms, p99 ${lateness.p99Ms} ms, max ${lateness.maxMs} ms\n`,
  );
  expect(counts).toEqual({ missing: 0, doubled: 0, early: 0 });
}, 600_000);
