import { ReadQuery } from '../src/http/page.query.js';
import { isProblemCode, type ProblemCode, PROBLEMS } from '../src/problems/problem-codes.js';
import type { MethodFacts } from './sources.js';
import type { Route } from './routes.js';

/** Only a command says at which revision it wants to be carried out, and only one that makes nothing new. */
const CONDITIONAL = new Set(['revision-mismatch']);
const KEYED = new Set(['idempotency-key-reused']);

/** Whether it is recorded, under a key of its caller's or of its own. */
export const isCommand = (takes: MethodFacts['takes']): boolean => takes.has('Meta') || takes.has('MetaBy');

/** Whether a port leads to the event store; asking for its health never fails. */
const isOfStore = (port: string): boolean =>
  /^(?:EventStore|DefinitionSource)\./.test(port) && port !== 'EventStore.health';

/** Whether it takes `waitFor`, and so `Prefer: wait` too. */
export const mayWait = (query: Route['query']): boolean =>
  query !== undefined && (query === ReadQuery || query.prototype instanceof ReadQuery);

/** What may come of looking at who asks. */
const GUARDED: readonly ProblemCode[] = [
  'unauthenticated',
  'forbidden',
  'role-unknown',
  'tenant-unknown',
  'tenant-suspended',
  'issuer-unavailable',
  'on-behalf-of-invalid',
  'rate-limited',
];

/**
 * What stands around every controller refuses by itself, seen from a route: the server's hooks and parsers, the filter
 * that turns failures of the event store into problems, and `Valid`.
 */
const around = (
  { method, path, config, query, body }: Route,
  { takes, ports }: MethodFacts,
): readonly ProblemCode[] => {
  const sendsBody = method !== 'get' && method !== 'delete';
  const rules: readonly (readonly [boolean, readonly ProblemCode[]])[] = [
    [true, ['bad-request', 'duplicate-header', 'not-acceptable']],
    [config.needs !== undefined, GUARDED],
    [config.needs !== undefined && method !== 'get', ['cross-site']],
    [method !== 'get', ['overloaded']],
    [path.includes('{'), ['address-too-long']],
    [sendsBody, ['not-json', 'too-large', 'unsupported-media-type', 'validation']],
    [query !== undefined || body !== undefined, ['validation']],
    [mayWait(query), ['read-model-behind']],
    [[...ports].some(isOfStore), ['event-store-unavailable']],
    [isCommand(takes), ['busy', 'event-store-unavailable', 'outcome-unknown']],
  ];
  return rules.flatMap(([applies, codes]) => (applies ? codes : []));
};

/** The codes that a route can answer with, by status. */
export const problemsOf = (route: Route, facts: MethodFacts): ReadonlyMap<number, readonly ProblemCode[]> => {
  const thrown = [...facts.codes].filter(
    (code) => (facts.takes.has('IfMatch') || !CONDITIONAL.has(code)) && (isCommand(facts.takes) || !KEYED.has(code)),
  );
  const codes = [...new Set([...around(route, facts), ...thrown])].filter(isProblemCode).sort();
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
};
