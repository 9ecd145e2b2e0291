import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isProblemCode, PROBLEMS, type ProblemKind } from '../../apps/api/src/problems/problem-codes.js';

const ROOT = join(__dirname, '../..');

/** The status that each kind of refusal stands for. */
const STATUS: Readonly<Record<string, number>> = {
  'not-found': 404,
  forbidden: 403,
  conflict: 409,
  'precondition-failed': 412,
  'precondition-required': 428,
  invalid: 422,
  unavailable: 503,
};

interface Thrown {
  readonly where: string;
  readonly kind: string;
  readonly code: string;
}

const sources = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('/src/') && path.endsWith('.ts') && !/\.(?:spec|contract)\.ts$/.test(path))
    .map((path) => join(folder, path));

/** Every `new DomainError(kind, code, …)` and `fail(kind, code, …)` of a file. */
const thrownIn = (path: string): readonly Thrown[] => {
  const file = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Thrown[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const [kind, code] = node.arguments ?? [];
      const callee = node.expression.getText(file);
      if (code !== undefined && kind !== undefined && ['DomainError', 'fail'].includes(callee)) {
        const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
        const textOf = (argument: ts.Node) =>
          ts.isStringLiteral(argument) ? argument.text : `${argument.getText(file)} (not a literal)`;
        found.push({ where: `${path}:${line}`, kind: textOf(kind), code: textOf(code) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

describe('problems', () => {
  const thrown = [...sources('apps'), ...sources('libs')].flatMap(thrownIn);

  it('are found where they are thrown', () => {
    expect(thrown.length).toBeGreaterThan(25);
  });

  it('are all documented; add a missing code to apps/api/src/problems/problem-codes.ts, and write it as a literal', () => {
    expect(thrown.filter(({ code }) => !isProblemCode(code))).toEqual([]);
  });

  it('have the status that their kind of refusal stands for', () => {
    const documented: Readonly<Record<string, ProblemKind>> = PROBLEMS;
    const statuses = thrown.map(({ where, kind, code }) => ({ where, code, status: STATUS[kind] }));
    expect(statuses.filter(({ code, status }) => documented[code]?.status !== status)).toEqual([]);
  });

  it.each(Object.entries<ProblemKind>(PROBLEMS))('%s says what it is, what it means and what to do', (code, kind) => {
    expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(kind.title).toMatch(/^[A-Z][^.]+$/);
    expect(kind.meaning).toMatch(/^[A-Z].+\.$/);
    expect(kind.cure).toMatch(/^[A-Z].+\.$/);
  });
});
