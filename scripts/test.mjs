// npm test: installs what is missing, runs every check, then Jest. The last line counts both.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { withLock } from './lib/lock.mjs';
import { ensurePackages, requireNode } from './lib/packages.mjs';
import { requireRedisServer } from './lib/redis.mjs';
import { root } from './lib/root.mjs';
import { mustRun } from './lib/run.mjs';
import { explain, step } from './lib/steps.mjs';

/** The long ones first: two run at a time, and none should run on alone at the end. */
const CHECKS = [
  {
    name: 'Rules (eslint)',
    bin: 'eslint/bin/eslint.js',
    args: ['.', '--max-warnings', '0'],
    needs: 'eslint.config.mjs',
    cure: 'npx eslint . --fix, then mend the rest by hand.',
  },
  {
    name: 'Types (tsc)',
    bin: 'typescript/bin/tsc',
    args: ['-p', '.'],
    needs: 'tsconfig.json',
    cure: 'mend the types named above.',
  },
  {
    name: 'Format (prettier)',
    bin: 'prettier/bin/prettier.cjs',
    args: ['--check', '.'],
    needs: '.prettierrc.json',
    cure: 'npx prettier --write .',
  },
  {
    name: 'API document and client (openapi)',
    script: 'scripts/openapi.mjs',
    args: ['--check'],
    needs: 'apps/api/openapi.json',
    cure: 'npm run openapi, and commit what it writes; what the linter finds is mended in the sources.',
  },
  {
    name: 'Layers (dependency-cruiser)',
    bin: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['apps', 'libs'],
    needs: '.dependency-cruiser.cjs',
    cure: 'each rule named above says why it is there and what to do.',
  },
  {
    name: 'Unused code (knip)',
    bin: 'knip/bin/knip.js',
    args: [],
    needs: 'knip.json',
    cure: 'remove what nothing uses.',
  },
];

/** A deadline must not depend on the zone of the process that computes it: its properties are tried in each of these. */
const ZONES = ['UTC', 'Asia/Seoul', 'America/New_York'];
const PROPERTIES = 'libs/business-time/test/deadline.properties.spec.ts';

/** A young generation with room for a whole file spares a check a tenth of its time. */
const LONG_LIVED = ['--max-semi-space-size=128'];

const count = { passed: 0, failed: 0, skipped: 0 };

const jests = new Set();
const stopped = new AbortController();

/** From here on a signal is for the checks and Jest first, so that nothing they started is left behind. */
const stopWithChildren = () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      stopped.abort();
      for (const jest of jests) jest.kill(signal);
    });
};

const check = async ({ name, bin, script = join('node_modules', bin), args, cure }) => {
  const options = { cwd: root, cure, signal: stopped.signal };
  try {
    await step(name, () => mustRun(process.execPath, [...LONG_LIVED, join(root, script), ...args], options));
    count.passed += 1;
  } catch (error) {
    if (!stopped.signal.aborted) explain(error);
    count.failed += 1;
  }
};

/** Two at a time: each keeps one core busy. */
const inTurns = async (all, work) => {
  const waiting = all.values();
  const takeTurns = async () => {
    for (const each of waiting) {
      if (stopped.signal.aborted) return;
      await work(each);
    }
  };
  await Promise.all([takeTurns(), takeTurns()]);
};

/** Jest's own exit code and counts; a suite that does not even load is a failure too. */
const runJest = async (args, { TZ = process.env.TZ, stderr = 'inherit' } = {}) => {
  const scratch = await mkdtemp(join(tmpdir(), 'ledgerdesk-test-'));
  try {
    const report = join(scratch, 'jest.json');
    const bin = join(root, 'node_modules/jest/bin/jest.js');
    const child = spawn(process.execPath, [bin, '--maxWorkers=2', '--json', `--outputFile=${report}`, ...args], {
      cwd: root,
      env: TZ === undefined ? process.env : { ...process.env, TZ },
      // Its JSON goes to the file; on standard output it would come a second time.
      stdio: ['inherit', 'ignore', stderr],
    });
    jests.add(child);
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    jests.delete(child);
    const result = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
    count.passed += result.numPassedTests ?? 0;
    count.failed += (result.numFailedTests ?? 0) + (result.numRuntimeErrorTestSuites ?? 0);
    count.skipped += (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0);
    if (code !== 0 && !result.numFailedTests && !result.numRuntimeErrorTestSuites) count.failed += 1;
    return output;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

const test = async (args) => {
  requireNode();
  await withLock(root, () => ensurePackages(root));
  const server = await requireRedisServer();
  process.env.REDIS_SERVER = server;
  process.env.PATH += `${delimiter}${dirname(server)}`;
  // The end-to-end tests run the built service.
  await withLock(root, () => ensureBuild(root));
  if (args.length > 0) process.stdout.write('  Only Jest, because it was given arguments.\n');
  stopWithChildren();
  if (args.length > 0) return runJest(args);
  await inTurns(
    CHECKS.filter(({ needs }) => existsSync(join(root, needs))),
    check,
  );
  if (stopped.signal.aborted) return;
  await runJest(['--testPathIgnorePatterns', PROPERTIES, '/node_modules/']);
  process.stderr.write(`\nThe properties of deadlines, with ${ZONES.join(', ')} as the zone of the process\n`);
  await inTurns(ZONES, async (TZ) => {
    const output = await runJest(['--runTestsByPath', PROPERTIES], { TZ, stderr: 'pipe' });
    process.stderr.write(`\nTZ=${TZ}\n${output}`);
  });
};

try {
  await test(process.argv.slice(2));
} catch (error) {
  explain(error);
  count.failed += 1;
}
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`);
process.exitCode = count.failed > 0 ? 1 : 0;
