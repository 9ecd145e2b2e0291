import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { POSITION } from '#bodies';
import { problem, sendProblem } from './problem.js';
import type { Reads } from './reads.js';
import { isRead } from './request-line.js';

/** Longer than any read model that works takes, and shorter than what gateways wait for. */
const LONGEST_WAIT_S = 30;

/** The seconds of `Prefer: wait` (RFC 7240, 4.3), at most 30; undefined when none are preferred. Of two, the first counts. */
export const waitIn = (prefer: string | undefined): number | undefined => {
  for (const preference of prefer?.split(',') ?? []) {
    const [, quoted, bare] = /^\s*wait\s*=\s*(?:"(\d{1,6})"|(\d{1,6}))\s*(?:;.*)?$/i.exec(preference) ?? [];
    const seconds = quoted ?? bare;
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_WAIT_S);
    if (/^\s*wait\s*(?:[=;]|$)/i.test(preference)) return undefined;
  }
  return undefined;
};

const preferOf = ({ headers }: FastifyRequest): number | undefined =>
  headers['prefer'] === undefined ? undefined : waitIn([headers['prefer']].flat().join());

const applied = (reply: FastifyReply, seconds: number): void => {
  void reply.header('preference-applied', `wait=${seconds}`);
};

/** What a query says it is to have seen; a malformed one is refused by whoever validates it. */
const positionAskedBy = ({ query }: FastifyRequest): string | undefined => {
  const { waitFor } = query as { readonly waitFor?: unknown }; // as Fastify parses it
  return typeof waitFor === 'string' && POSITION.test(waitFor) ? waitFor : undefined;
};

const positionOf = (answer: unknown): string | undefined =>
  typeof answer === 'object' && answer !== null && 'position' in answer && typeof answer.position === 'string'
    ? answer.position
    : undefined;

const readInTime = async (
  request: FastifyRequest,
  reply: FastifyReply,
  reads: Reads,
  next: () => void,
): Promise<void> => {
  const [seconds, position] = [preferOf(request), positionAskedBy(request)];
  if (seconds === undefined || position === undefined) next();
  else if (await reads.allHaveSeen(position, seconds * 1_000)) {
    applied(reply, seconds);
    next();
  } else {
    const late = `The read models have not reached position ${position} within ${seconds} s.`;
    sendProblem(reply, problem('read-model-behind', `${late} ${await reads.adviceOn(position)}`));
  }
};

const seenInTime = async (
  request: FastifyRequest,
  reply: FastifyReply,
  reads: Reads,
  answer: unknown,
): Promise<void> => {
  const [seconds, position] = [preferOf(request), positionOf(answer)];
  if (seconds === undefined || position === undefined || reply.statusCode >= 300) return;
  if (await reads.allHaveSeen(position, seconds * 1_000)) applied(reply, seconds);
};

/**
 * Who prefers to wait gets a command's answer once the read models have seen what it recorded, or when the time is up; and
 * a read with `waitFor` waits as long as preferred.
 */
export const honourPreferences = (server: FastifyInstance, reads: Reads): void => {
  server.addHook('preHandler', (request, reply, next) => {
    if (request.headers['prefer'] === undefined || !isRead(request.method)) next();
    else readInTime(request, reply, reads, next).catch(next);
  });
  server.addHook('preSerialization', (request, reply, answer: unknown, done) => {
    if (request.headers['prefer'] === undefined || isRead(request.method)) done(null, answer);
    else seenInTime(request, reply, reads, answer).then(() => done(null, answer), done);
  });
};
