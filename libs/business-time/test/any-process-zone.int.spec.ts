import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import fc from 'fast-check';
import { oddCase } from './arbitraries.js';

const root = join(__dirname, '../../..');

/** Prints the explanation of every case in `cases.json`, with the process's own zone and clock as told. */
const program = `
import { readFileSync } from 'node:fs';
import { compileCalendar, explain } from '#business-time';
Date.now = () => Number(process.env.NOW);
const cases = JSON.parse(readFileSync('cases.json', 'utf8'));
const answers = cases.map((c) => explain(compileCalendar(c.calendar), c.start, c.budgetMs, c.pauses));
console.log(JSON.stringify(answers));
`;

describe('the process that computes a deadline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ld-business-time-'));
  const cases = fc.sample(oddCase, { numRuns: 200, seed: 20_260_713 });

  beforeAll(() => {
    writeFileSync(join(folder, 'package.json'), '{"type":"module","imports":{"#*":"./libs/*/src/index.js"}}');
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
    writeFileSync(join(folder, 'program.js'), program);
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const lib of ['kernel', 'business-time']) compileLib(lib, folder);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives the same bytes whatever its own time zone and clock are', () => {
    const answerIn = (TZ: string, NOW: string): string =>
      execFileSync(process.execPath, ['program.js'], {
        cwd: folder,
        env: { TZ, NOW },
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
      });

    const answer = answerIn('UTC', '0');
    expect(JSON.parse(answer)).toHaveLength(cases.length);
    expect(answerIn('Asia/Seoul', '1783900800000')).toBe(answer);
    expect(answerIn('America/New_York', '2524608000000')).toBe(answer);
  });
});

const compileLib = (lib: string, folder: string): void => {
  const from = join(root, 'libs', lib, 'src');
  const to = join(folder, 'libs', lib, 'src');
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
    const { code } = transformFileSync(join(from, file), { configFile: join(root, '.swcrc') });
    writeFileSync(join(to, file.replace('.ts', '.js')), code);
  }
};
