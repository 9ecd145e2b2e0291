import { RequestMethod, type Type } from '@nestjs/common';
import type { FastifyContextConfig } from 'fastify';
import { Valid } from '../src/http/valid.pipe.js';

type Shape = new () => object;

/** A route as the framework knows it. */
export interface Route {
  readonly controller: string;
  readonly handler: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/alerts/{alertId}`. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly status: number;
  readonly config: FastifyContextConfig;
  readonly query?: Shape;
  /** Names of the query that are read one by one, without a class. */
  readonly queryNames: readonly string[];
  readonly body?: { readonly shape: Shape; readonly mayBeAbsent: boolean };
  readonly headers: readonly string[];
}

interface Argument {
  readonly data?: unknown;
  readonly pipes: readonly unknown[];
}

/** The framework's own names and numbers, which it does not export. */
const KEYS = {
  path: 'path',
  method: 'method',
  status: '__httpCode__',
  config: '__fastify_route_config__',
  arguments: '__routeArguments__',
};
const [BODY, QUERY, HEADERS] = ['3', '4', '6'];

const METHODS: Readonly<Record<number, Route['method']>> = {
  [RequestMethod.GET]: 'get',
  [RequestMethod.POST]: 'post',
  [RequestMethod.PUT]: 'put',
  [RequestMethod.PATCH]: 'patch',
  [RequestMethod.DELETE]: 'delete',
};

const read = (key: string, of: object): unknown => Reflect.getMetadata(key, of);

const partsOf = (path: unknown): readonly string[] =>
  typeof path === 'string' ? path.split('/').filter((part) => part !== '') : [];

const argumentsOf = (controller: Type, handler: string): readonly (readonly [string | undefined, Argument])[] => {
  const known = Reflect.getMetadata(KEYS.arguments, controller, handler) as Record<string, Argument> | undefined;
  return Object.entries(known ?? {}).map(([key, argument]) => [key.split(':')[0], argument]);
};

const validOf = ({ pipes }: Argument): Valid<object> | undefined =>
  pipes.find((pipe): pipe is Valid<object> => pipe instanceof Valid);

const argumentFacts = (controller: Type, handler: string): Pick<Route, 'query' | 'queryNames' | 'body' | 'headers'> => {
  const known = argumentsOf(controller, handler);
  const of = (kind: string | undefined) => known.flatMap(([found, argument]) => (found === kind ? [argument] : []));
  const named = (kind: string | undefined) => of(kind).flatMap(({ data }) => (typeof data === 'string' ? [data] : []));
  const [query] = of(QUERY).map(validOf);
  const [body] = of(BODY).map(validOf);
  return {
    ...(query && { query: query.shape }),
    ...(body && { body: { shape: body.shape, mayBeAbsent: body.options.mayBeAbsent === true } }),
    queryNames: named(QUERY),
    headers: named(HEADERS),
  };
};

const routeOf = (controller: Type, handler: string): readonly Route[] => {
  const prototype = controller.prototype as Readonly<Record<string, object>>; // of methods
  const run = prototype[handler];
  const method = run && METHODS[Number(read(KEYS.method, run) ?? -1)];
  if (run === undefined || method === undefined) return [];
  const parts = [...partsOf(read(KEYS.path, controller)), ...partsOf(read(KEYS.path, run))];
  return [
    {
      controller: controller.name,
      handler,
      method,
      path: `/${parts.map((part) => part.replace(/^:(.*)$/, '{$1}')).join('/')}`,
      pathParameters: parts.flatMap((part) => (part.startsWith(':') ? [part.slice(1)] : [])),
      status: Number(read(KEYS.status, run) ?? (method === 'post' ? 201 : 200)),
      config: read(KEYS.config, run) ?? {}, // as the framework wrote it
      ...argumentFacts(controller, handler),
    },
  ];
};

/** Every route of these controllers, in their order. */
export const routesOf = (controllers: readonly Type[]): readonly Route[] =>
  controllers.flatMap((controller) =>
    Object.getOwnPropertyNames(controller.prototype).flatMap((handler) => routeOf(controller, handler)),
  );
