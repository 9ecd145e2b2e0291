import { join } from 'node:path';
import ts from 'typescript';
import { type Findings, Reach } from './reach.js';
import type { Schema } from './schema.js';
import { TypeSchemas } from './type-schemas.js';

/** What the source of a controller's method says. */
export interface MethodFacts extends Findings {
  readonly documentation: string;
  readonly answer: Schema;
  /** Whether it returns nothing: what it answers, and with which status, it says to the reply. */
  readonly sendsItself: boolean;
  /** The names of the decorators of its parameters. */
  readonly takes: ReadonlySet<string>;
}

const decoratorsOf = (node: ts.Node): readonly ts.CallExpression[] =>
  (ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [])
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression);

const openProgram = (root: string): ts.Program => {
  const file = join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { readonly config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  return ts.createProgram([join(root, 'apps/api/src/api.module.ts')], { ...options, types: ['node'] });
};

/** The sources of the API and of all that it is made of. */
export class Sources {
  readonly schemas: TypeSchemas;
  readonly #checker: ts.TypeChecker;
  readonly #reach: Reach;
  readonly #classes = new Map<string, ts.ClassDeclaration>();
  readonly #handlers = new Map<string, ts.Node>();

  /** @param root the folder of tsconfig.json */
  constructor(root: string) {
    const program = openProgram(root);
    const ours = program
      .getSourceFiles()
      .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file));
    const known = new Set<ts.Node>(ours);
    const isOurs = (node: ts.Node): boolean => known.has(node.getSourceFile());
    this.#checker = program.getTypeChecker();
    this.schemas = new TypeSchemas(this.#checker, isOurs);
    this.#reach = new Reach(this.#checker, isOurs, ({ name }) => this.#handlers.get(name?.text ?? ''));
    for (const file of ours) for (const statement of file.statements) this.#note(statement);
  }

  method(className: string, name: string): MethodFacts {
    const method = this.#member(className, name);
    if (!ts.isMethodDeclaration(method)) throw new Error(`${className}.${name} is no method.`);
    const signature = this.#checker.getSignatureFromDeclaration(method);
    const returned = signature && this.#checker.getAwaitedType(this.#checker.getReturnTypeOfSignature(signature));
    if (returned === undefined) throw new Error(`${className}.${name} answers with nothing known.`);
    const takes = method.parameters.flatMap((parameter) =>
      decoratorsOf(parameter).map(({ expression }) => expression.getText()),
    );
    const sendsItself = Boolean(returned.flags & ts.TypeFlags.VoidLike);
    return {
      documentation: this.#documentationOf(method),
      answer: sendsItself ? { type: 'string' } : this.schemas.of(returned),
      sendsItself,
      takes: new Set(takes),
      ...this.#reach.from(method),
    };
  }

  /** What is said of a field of a body or query; '' for nothing. */
  documentation(className: string, field: string): string {
    return this.#documentationOf(this.#member(className, field));
  }

  #documentationOf(node: ts.NamedDeclaration): string {
    const symbol = node.name && this.#checker.getSymbolAtLocation(node.name);
    const text = ts.displayPartsToString(symbol?.getDocumentationComment(this.#checker));
    return text.replace(/\{@link (\w+)\}/g, '`$1`').replace(/\s+/g, ' ');
  }

  /** A member of a class or of one that it extends. */
  #member(className: string, name: string): ts.ClassElement {
    for (let known = this.#classes.get(className); known !== undefined; known = this.#parentOf(known)) {
      const member = known.members.find((one) => one.name?.getText() === name);
      if (member !== undefined) return member;
    }
    throw new Error(`There is no ${className}.${name} in the sources.`);
  }

  #parentOf({ heritageClauses = ts.factory.createNodeArray() }: ts.ClassDeclaration): ts.ClassDeclaration | undefined {
    const parent = heritageClauses.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    return parent && this.#classes.get(parent.expression.getText());
  }

  #note(node: ts.Statement): void {
    if (!ts.isClassDeclaration(node) || node.name === undefined) return;
    this.#classes.set(node.name.text, node);
    for (const { expression, arguments: given } of decoratorsOf(node)) {
      const run = node.members.find((member) => member.name?.getText() === 'execute');
      if (expression.getText() === 'CommandHandler' && run !== undefined)
        this.#handlers.set(given[0]?.getText() ?? '', run);
    }
  }
}
