import type { FastifyReply } from 'fastify';
import type { FieldError } from '#kernel';
import { type ProblemCode, PROBLEMS } from '../problems/problem-codes.js';
import { pathOf } from './request-line.js';

/** RFC 9457. */
export interface Problem {
  /** The address of the page that documents it, relative to the server that answered. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
}

export const PROBLEM_JSON = 'application/problem+json';

export const problem = (code: ProblemCode, detail: string, more: Partial<Problem> = {}): Problem => {
  const { title, status } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, ...more };
};

/** Answers with a problem, about the address that was asked for. */
export const sendProblem = (reply: FastifyReply, sent: Problem): void => {
  if (sent.status === 503) void reply.header('retry-after', '1');
  void reply
    .code(sent.status)
    .type(PROBLEM_JSON)
    .send(JSON.stringify({ ...sent, instance: pathOf(reply.request.url) }));
};
