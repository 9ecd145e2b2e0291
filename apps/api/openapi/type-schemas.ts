import ts from 'typescript';
import { anyOf, orNull, ref, type Schema } from './schema.js';

const INSTANT: Schema = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
  description: 'A point in time: RFC 3339, UTC, with milliseconds.',
};
const UUID: Schema = { type: 'string', format: 'uuid' };

/** What a brand promises of the text it marks; the others promise nothing that a schema could say. */
const BRANDS: Readonly<Record<string, Schema>> = {
  RequestId: UUID,
  CommandId: UUID,
  CorrelationId: UUID,
  EventId: UUID,
};

/** Whatever JSON holds; spelt out, it would have no end. */
const ANYTHING: Readonly<Record<string, Schema>> = { JsonObject: { type: 'object' }, JsonValue: {} };

/** The language knows one kind of number; these fields alone may be other than whole. */
const FRACTIONS = new Set(['slaMinutes', 'percent', 'mean', 'ratio', 'p50', 'p75', 'p90', 'p95']);

const whole = (schema: Schema): Schema => {
  if (schema['type'] === 'number') return { ...schema, type: 'integer' };
  const types = schema['type'];
  return Array.isArray(types)
    ? { ...schema, type: types.map((type: unknown) => (type === 'number' ? 'integer' : type)) }
    : schema;
};

const isOptional = (property: ts.Symbol, type: ts.Type): boolean =>
  (property.flags & ts.SymbolFlags.Optional) !== 0 || (type.flags & ts.TypeFlags.Undefined) !== 0;

/** What the answers look like, read from the types of the code that gives them, as JSON has them. */
export class TypeSchemas {
  /** Every schema that has a name of its own. */
  readonly components: Record<string, Schema> = { Instant: INSTANT };
  readonly #named = new Map<string, ts.Type>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly isOurs: (node: ts.Node) => boolean,
  ) {}

  /** @throws Error for a type that JSON cannot hold */
  of(type: ts.Type): Schema {
    const anything = ANYTHING[type.aliasSymbol?.name ?? ''];
    if (anything !== undefined) return anything;
    const name = this.#nameOf(type);
    if (name === undefined) return this.#inline(type);
    const known = this.#named.get(name);
    if (known !== undefined && known !== type) return this.#inline(type);
    if (known === undefined) {
      this.#named.set(name, type);
      this.components[name] = this.#inline(type);
    }
    return ref(name);
  }

  #inline(type: ts.Type): Schema {
    if (type.isStringLiteral() || type.isNumberLiteral()) return { type: typeof type.value, enum: [type.value] };
    if (type.isUnion()) return this.#union(type);
    if (type.flags & ts.TypeFlags.BooleanLiteral)
      return { type: 'boolean', enum: [this.checker.typeToString(type) === 'true'] };
    if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {};
    if (type.flags & ts.TypeFlags.NonPrimitive) return { type: 'object' };
    return this.#branded(type) ?? this.#list(type) ?? this.#object(type);
  }

  #branded(type: ts.Type): Schema | undefined {
    if (!type.isIntersection() || !type.types.some(({ flags }) => flags & ts.TypeFlags.StringLike)) return undefined;
    const brand = type.getProperties().find(({ name }) => name.startsWith('__@brand'));
    const of = brand && this.checker.getTypeOfSymbol(brand);
    const name = of?.isStringLiteral() === true ? of.value : '';
    return name === 'Instant' ? ref('Instant') : (BRANDS[name] ?? { type: 'string' });
  }

  #union(type: ts.UnionType): Schema {
    const members = type.types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)));
    const rest = members.filter(({ flags }) => !(flags & ts.TypeFlags.Null));
    const literals = rest.filter((member) => member.isStringLiteral());
    const booleans = rest.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    const others = rest.filter((member) => !literals.includes(member as never) && !booleans.includes(member));
    const schema = anyOf([
      ...(literals.length > 0 ? [{ type: 'string', enum: literals.map(({ value }) => value).sort() }] : []),
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : booleans.map((one) => this.#inline(one))),
      // In an order of their own: the compiler's changes with code that has nothing to do with them.
      ...others.map((other) => this.of(other)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ]);
    return rest.length < members.length ? orNull(schema) : schema;
  }

  #list(type: ts.Type): Schema | undefined {
    if (this.checker.isTupleType(type)) {
      const items = this.checker.getTypeArguments(type as ts.TypeReference).map((item) => this.of(item)); // a tuple is one
      return { type: 'array', prefixItems: items, items: false, minItems: items.length };
    }
    if (!this.checker.isArrayType(type)) return undefined;
    const [item] = this.checker.getTypeArguments(type as ts.TypeReference); // so is an array
    return { type: 'array', items: item === undefined ? {} : this.of(item) };
  }

  #object(type: ts.Type): Schema {
    if (type.getCallSignatures().length > 0) throw new Error(`${this.checker.typeToString(type)} is no JSON.`);
    const fields = this.checker.getPropertiesOfType(type).flatMap((property) => {
      const is = this.checker.getTypeOfSymbol(property);
      if (is.getCallSignatures().length > 0 || is.flags & ts.TypeFlags.Undefined) return [];
      const required =
        !isOptional(property, is) && !(is.isUnion() && is.types.some((one) => isOptional(property, one)));
      const schema = FRACTIONS.has(property.name) ? this.of(is) : whole(this.of(is));
      return [{ name: property.name, required, schema: { ...schema, ...this.#described(property) } }];
    });
    const others = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const required = fields.flatMap((field) => (field.required ? [field.name] : []));
    return {
      type: 'object',
      ...(fields.length > 0 && { properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])) }),
      ...(required.length > 0 && { required }),
      additionalProperties: others === undefined ? false : this.of(others),
    };
  }

  #described(property: ts.Symbol): { readonly description?: string } {
    const description = ts.displayPartsToString(property.getDocumentationComment(this.checker)).replace(/\s+/g, ' ');
    return description === '' ? {} : { description };
  }

  /** The name of a type or interface of ours, or of the function `…View` that makes it. */
  #nameOf(type: ts.Type): string | undefined {
    const { aliasSymbol, aliasTypeArguments, symbol } = type;
    if (aliasSymbol !== undefined && aliasTypeArguments === undefined)
      return this.#isOwnObject(type, aliasSymbol) ? aliasSymbol.name : undefined;
    if (!(type.flags & ts.TypeFlags.Object) || (symbol as ts.Symbol | undefined) === undefined) return undefined;
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined || !this.isOurs(declaration)) return undefined;
    if (ts.isInterfaceDeclaration(declaration))
      return declaration.typeParameters === undefined ? symbol.name : undefined;
    return ts.isObjectLiteralExpression(declaration) ? viewName(declaration) : undefined;
  }

  #isOwnObject(type: ts.Type, alias: ts.Symbol): boolean {
    const isObject = Boolean(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.Union));
    return isObject && this.#branded(type) === undefined && (alias.declarations ?? []).some((one) => this.isOurs(one));
  }
}

/** `requestView` makes a RequestView, if the literal is what it returns. */
const viewName = (literal: ts.ObjectLiteralExpression): string | undefined => {
  let node: ts.Node = literal.parent;
  while (ts.isParenthesizedExpression(node) || ts.isReturnStatement(node) || ts.isBlock(node)) node = node.parent;
  if (!ts.isArrowFunction(node) || node.typeParameters !== undefined || !ts.isVariableDeclaration(node.parent))
    return undefined;
  const name = node.parent.name.getText();
  return /(?:View|Item)$/.test(name) ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : undefined;
};
