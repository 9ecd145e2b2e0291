import ts from 'typescript';

/** What a piece of code, and all that it calls, may do to the answer. */
export interface Findings {
  /** Codes of the problems that it throws. */
  readonly codes: Set<string>;
  readonly headers: Set<string>;
  readonly statuses: Set<number>;
  /** `Interface.method` where it calls what another stands behind. */
  readonly ports: Set<string>;
}

interface Links extends Findings {
  readonly calls: Set<ts.Node>;
}

const nothing = (): Findings => ({ codes: new Set(), headers: new Set(), statuses: new Set(), ports: new Set() });

const isCallOf = (node: ts.CallExpression | ts.NewExpression, ...names: string[]): boolean =>
  names.includes(node.expression.getText());

/** Follows calls through the code of ours: a method, what it calls, and the handler of a command that it makes. */
export class Reach {
  readonly #links = new Map<ts.Node, Links>();

  /** @param handlerOf the method that runs a command */
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly isOurs: (node: ts.Node) => boolean,
    private readonly handlerOf: (command: ts.ClassDeclaration) => ts.Node | undefined,
  ) {}

  from(start: ts.Node): Findings {
    const found = nothing();
    const seen = new Set<ts.Node>([start]);
    for (const node of seen) {
      const links = this.#linksOf(node);
      links.calls.forEach((call) => seen.add(call));
      links.codes.forEach((code) => found.codes.add(code));
      links.headers.forEach((header) => found.headers.add(header));
      links.statuses.forEach((status) => found.statuses.add(status));
      links.ports.forEach((port) => found.ports.add(port));
    }
    return found;
  }

  #linksOf(node: ts.Node): Links {
    const known = this.#links.get(node);
    if (known !== undefined) return known;
    const links: Links = { ...nothing(), calls: new Set() };
    this.#links.set(node, links);
    ts.forEachChild(node, (child) => this.#look(child, links));
    return links;
  }

  #look(node: ts.Node, links: Links): void {
    if (ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#lookAtCall(node, links);
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) this.#follow(node, links);
    ts.forEachChild(node, (child) => this.#look(child, links));
  }

  #lookAtCall(node: ts.CallExpression | ts.NewExpression, links: Links): void {
    const [first, second] = node.arguments ?? [];
    if (isCallOf(node, 'DomainError', 'fail') && second !== undefined && ts.isStringLiteral(second))
      links.codes.add(second.text);
    if (isCallOf(node, 'sendProblem') && second !== undefined) codesIn(second).forEach((code) => links.codes.add(code));
    if (!ts.isPropertyAccessExpression(node.expression) || first === undefined) return;
    const method = node.expression.name.text;
    if (method === 'header' && ts.isStringLiteral(first)) links.headers.add(first.text);
    if (method === 'code') numbersIn(first).forEach((status) => links.statuses.add(status));
    if (method === 'redirect' && second !== undefined) {
      numbersIn(second).forEach((status) => links.statuses.add(status));
      links.headers.add('location');
    }
  }

  #follow(name: ts.Identifier | ts.PrivateIdentifier, links: Links): void {
    const symbol = this.#symbolOf(name);
    const declaration = symbol?.valueDeclaration;
    if (declaration === undefined || !this.isOurs(declaration)) return;
    if (ts.isMethodSignature(declaration) && ts.isInterfaceDeclaration(declaration.parent))
      links.ports.add(`${declaration.parent.name.text}.${name.text}`);
    else if (ts.isClassDeclaration(declaration)) {
      if (ts.isNewExpression(name.parent)) this.#lookAtNew(declaration, links);
    } else if (isCode(declaration)) links.calls.add(declaration);
  }

  #lookAtNew(made: ts.ClassDeclaration, links: Links): void {
    const run = this.handlerOf(made) ?? made.members.find((member) => member.name?.getText() === 'transform');
    if (run !== undefined) links.calls.add(run);
    made.members.filter(ts.isConstructorDeclaration).forEach((constructor) => links.calls.add(constructor));
  }

  #symbolOf(name: ts.Identifier | ts.PrivateIdentifier): ts.Symbol | undefined {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(name.parent)
      : this.checker.getSymbolAtLocation(name);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** Functions, methods, and constants of a module. */
const isCode = (node: ts.Declaration): boolean =>
  ts.isMethodDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isGetAccessorDeclaration(node) ||
  (ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent));

/** What `problem('code', …)` begins with. */
const codesIn = (node: ts.Node): readonly string[] => {
  const [code] = ts.isCallExpression(node) && isCallOf(node, 'problem') ? node.arguments : [];
  return code !== undefined && ts.isStringLiteral(code) ? [code.text] : [];
};

const numbersIn = (node: ts.Node): readonly number[] => {
  const found: number[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isNumericLiteral(each)) found.push(Number(each.text));
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
};
