// npm run nightly: every property that takes `propertyRuns` 100,000 times and the brute-force twin 20,000 times, in three time zones of the process.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

const ZONES = ['UTC', 'Asia/Seoul', 'America/New_York'];
const RUNS = { PROPERTY_RUNS: process.env.PROPERTY_RUNS ?? '100000', TWIN_RUNS: process.env.TWIN_RUNS ?? '20000' };

/** Hours of work in one test are no reason to end it. */
const PATIENCE_MS = 6 * 3_600_000;

const properties = readdirSync(join(root, 'libs'), { recursive: true })
  .filter((path) => path.endsWith('.spec.ts'))
  .map((path) => join('libs', path))
  .filter((path) => readFileSync(join(root, path), 'utf8').match(/propertyRuns\(|PROPERTY_RUNS/))
  .sort();

/** Jest prints what failed with the seed that fails again. */
const run = (TZ) => {
  process.stdout.write(`\n${TZ}: ${RUNS.PROPERTY_RUNS} cases a property, ${RUNS.TWIN_RUNS} of the twin\n`);
  const begun = performance.now();
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const args = ['--maxWorkers=2', '--verbose', `--testTimeout=${PATIENCE_MS}`, '--runTestsByPath', ...properties];
  const { status } = spawnSync(process.execPath, [jest, ...args], {
    cwd: root,
    env: { ...process.env, ...RUNS, TZ },
    stdio: 'inherit',
  });
  return { TZ, ok: status === 0, minutes: ((performance.now() - begun) / 60_000).toFixed(1) };
};

const results = ZONES.map(run);
process.stdout.write('\n');
for (const { TZ, ok, minutes } of results)
  process.stdout.write(`  ${ok ? '✓' : '✗'} ${TZ.padEnd(20)} ${minutes} min\n`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
