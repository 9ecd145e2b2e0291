import { type FieldError, summaryOf } from '#kernel';
import { problem, type Problem } from '../http/problem.js';
import { pathOf } from '../http/request-line.js';
import type { BatchLine, ReadLine } from './batch-line.js';
import { Lanes } from './lanes.js';

/** What a command was answered with. */
export interface LineAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly replayed: boolean;
  /** Seconds to wait before the line is sent again, where the answer says so. */
  readonly retryAfter?: number;
}

/** Sends one command to its path, down the road that it would take alone. Never rejects. */
export type SendCommand = (command: BatchLine, path: string) => Promise<LineAnswer>;

export interface LineResult extends Partial<LineAnswer> {
  readonly line: number;
  readonly key?: string;
  readonly status: number;
}

/** Commands under way at a time: enough to share a commit, few enough to leave room for other callers. */
const SIDE_BY_SIDE = 32;

const PLACE = /\{([^{}]{1,255})\}/g;
const OF_ONE_REQUEST = /^\/v1\/service-requests(?:\/([^/]+))?(?:\/|$)/;
/** A ticket with all its life in one line. */
const IMPORTS = '/v1/imports';

/** What a line must not overtake: of one request each waits for the one before. Undefined: of none at all. */
const laneOf = ({ method, path, key }: BatchLine): string | undefined => {
  const bare = pathOf(path);
  if (bare === IMPORTS) return `{${key}}`;
  const [all, id] = OF_ONE_REQUEST.exec(bare) ?? [];
  if (all === undefined || bare.endsWith('/merges')) return undefined;
  return id ?? (method === 'POST' ? `{${key}}` : undefined);
};

const refused = (sent: Problem): LineAnswer => ({ status: sent.status, body: sent, replayed: false });

const invalid = (errors: readonly FieldError[]): LineAnswer =>
  refused(problem('validation', summaryOf(errors), { errors }));

const idIn = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string' ? body.id : undefined;

/** What a line made; undefined when it made nothing. */
const idMadeBy = ({ status, body }: LineAnswer): string | undefined => (status < 300 ? idIn(body) : undefined);

/** What earlier lines that a path builds on made, by their keys; undefined of a line that is not there. */
type Foundations = readonly (readonly [key: string, id: Promise<string | undefined> | undefined])[];

/** The path with the ids that earlier lines made, or why there are none. */
const placed = async (path: string, foundations: Foundations): Promise<string | LineAnswer> => {
  let whole = path;
  for (const [key, making] of foundations) {
    if (making === undefined)
      return invalid([
        { pointer: '#/path', code: 'unknown-key', detail: `No line before this one has the key ${key}.` },
      ]);
    const id = await making;
    if (id === undefined)
      return refused(problem('line-depends-on-failed', `The line with the key ${key} made nothing.`));
    whole = whole.replaceAll(`{${key}}`, encodeURIComponent(id));
  }
  return whole;
};

/**
 * Runs the commands of a batch and gives their answers in the order of the lines. Lines of one request take effect in
 * order, and so does every line that is of none; a line that fails stops no other but those that build on it.
 */
export async function* runBatch(lines: readonly ReadLine[], send: SendCommand): AsyncGenerator<LineResult> {
  const lanes = new Lanes();
  // Not the answers: a thousand of them may have a gigabyte.
  const made = new Map<string, Promise<string | undefined>>();
  const begin = (line: ReadLine): Promise<LineResult> => {
    if ('errors' in line) {
      if (line.key !== undefined && !made.has(line.key)) made.set(line.key, Promise.resolve(undefined));
      const named = line.key === undefined ? {} : { key: line.key };
      return Promise.resolve({ line: line.number, ...named, ...invalid(line.errors) });
    }
    const { command } = line;
    const foundations = [...command.path.matchAll(PLACE)].map(([, key = '']) => [key, made.get(key)] as const);
    const answer = lanes.run(laneOf(command), async () => {
      const path = await placed(command.path, foundations);
      return typeof path === 'string' ? send(command, path) : path;
    });
    made.set(command.key, answer.then(idMadeBy));
    return answer.then((given) => ({ line: line.number, key: command.key, ...given }));
  };
  const underWay: Promise<LineResult>[] = [];
  for (const line of lines) {
    underWay.push(begin(line));
    if (underWay.length < SIDE_BY_SIDE) continue;
    const first = underWay.shift();
    if (first !== undefined) yield await first;
  }
  for (const rest of underWay) yield await rest;
}
