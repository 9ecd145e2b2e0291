// npm run contract: the event store's contract, case by case and adapter by adapter.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { root } from './lib/root.mjs';

const SUITE = /^event store contract: (.+)$/;
const MARKS = { passed: '✓', failed: '✗' };

const runSuites = () => {
  const scratch = mkdtempSync(join(tmpdir(), 'ledgerdesk-contract-'));
  try {
    const report = join(scratch, 'jest.json');
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const args = ['event-store/src', '--testNamePattern', 'event store contract', '--json', `--outputFile=${report}`];
    spawnSync(process.execPath, [jest, ...args], { cwd: root, stdio: ['inherit', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ assertionResults }) => assertionResults);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};

/** What each adapter did with each case, in the order of the suite. */
const tabulate = (results) => {
  const adapters = new Set();
  const cases = new Map();
  for (const { ancestorTitles, title, status } of results) {
    const [, adapter] = SUITE.exec(ancestorTitles[0] ?? '') ?? [];
    if (adapter === undefined) continue;
    adapters.add(adapter);
    const name = [...ancestorTitles.slice(1), title].join(': ');
    cases.set(name, new Map(cases.get(name)).set(adapter, status));
  }
  return { adapters: [...adapters].sort(), cases };
};

const print = ({ adapters, cases }) => {
  const cell = (text, adapter) => text.padStart(adapter.length);
  console.log(`\n${adapters.join('   ')}`);
  for (const [name, statuses] of cases)
    console.log(
      `${adapters.map((adapter) => cell(MARKS[statuses.get(adapter)] ?? '–', adapter)).join('   ')}   ${name}`,
    );
  const passed = (adapter) => [...cases.values()].filter((statuses) => statuses.get(adapter) === 'passed').length;
  console.log(
    `\n${adapters.map((adapter) => cell(String(passed(adapter)), adapter)).join('   ')}   of ${cases.size} passed`,
  );
  console.log('– does not apply: the adapter cannot have this fault, or nothing can cause it from outside.');
};

await ensureBuild(root);
const table = tabulate(runSuites());
print(table);
const failed = [...table.cases.values()].some((statuses) => [...statuses.values()].includes('failed'));
process.exitCode = failed || table.cases.size === 0 ? 1 : 0;
