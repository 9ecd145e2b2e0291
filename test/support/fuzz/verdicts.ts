import { type Capability, may } from '#access';
import type { TenantId } from '#kernel';
import type { AnswerChecks } from '../answer-checks.js';
import type { Operation, Schema } from './document.js';
import type { FuzzRequest } from './requests.js';
import type { Received } from './wire.js';

const LONGEST_MS = 2_000;
/** Traces and places of the code, which are nobody's business. */
const INSIDES = /\n\s+at \S+ \(|node_modules|\/dist\/|\.[cm]?[jt]s:\d+:\d+|file:\/\/\/|SQLITE_|ECONN/;
/** Statuses of requests that are not as described. */
const BROKEN = new Set([400, 405, 406, 413, 414, 415, 431]);

/** What an answer must be, whatever was asked. @returns what is wrong with it, or nothing */
export const faultOf = (checks: AnswerChecks, request: FuzzRequest, answer: Received): string | undefined => {
  const { method, url, text } = request;
  const { statusCode, body, ms } = answer;
  if (statusCode >= 500 && !isImpatient(request, answer)) return `answers ${statusCode}: ${body}`;
  if (ms > LONGEST_MS) return `takes ${ms.toFixed()} ms`;
  if (INSIDES.test(body) && !INSIDES.test(`${url}${String(text)}`)) return `tells of its insides: ${body}`;
  try {
    if (checks.describes(method, url)) checks.assert(method, url, answer);
    else if (statusCode < 400) return `answers ${statusCode} where nothing is described`;
    else checks.assertProblem(method, url, answer);
  } catch (error) {
    return String(error);
  }
  return wronglyTaken(checks, request, answer) ?? wronglyRefused(request, answer);
};

/** Whoever asks for a position and will not wait for it is told so. */
const isImpatient = ({ url }: FuzzRequest, { statusCode, body }: Received): boolean =>
  statusCode === 503 && url.includes('waitFor=') && body.includes('/problems/read-model-behind');

/** Whoever may not, and what is not as described, is never served. */
const wronglyTaken = (checks: AnswerChecks, request: FuzzRequest, { statusCode }: Received): string | undefined => {
  const { operation, caller, url, broken, json } = request;
  if (statusCode >= 300 || broken.includes('method') || broken.includes('path')) return undefined;
  const { needs } = operation;
  if (needs !== undefined && !may(needs as Capability, caller.tenantId as TenantId, caller.role))
    return `serves ${caller.name}, who lacks ${needs}`;
  const wrong = [
    ...wrongInQuery(checks, operation, url),
    ...(operation.body === undefined || json === undefined ? [] : checks.wrong({ ...operation.body.schema }, json)),
  ];
  return wrong.length === 0 ? undefined : `takes what its schema does not: ${wrong.join('; ')}`;
};

/** What a query is read as: all of it is text. */
const readAs = ({ type }: Schema, text: string): unknown => {
  if (type === 'array') return text.split(',');
  return type === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text;
};

const wrongInQuery = (checks: AnswerChecks, { parameters }: Operation, url: string): readonly string[] =>
  [...new URLSearchParams(url.split('?', 2)[1])].flatMap(([name, text]) => {
    const known = parameters.find((each) => each.in === 'query' && each.name === name);
    return known === undefined ? [] : checks.wrong({ ...known.schema }, readAs(known.schema, text));
  });

const wronglyRefused = ({ broken }: FuzzRequest, { statusCode, body }: Received): string | undefined =>
  broken.length === 0 && BROKEN.has(statusCode) ? `refuses as broken what is as described: ${body}` : undefined;
