import type { components } from './openapi.types.js';

type Problem = components['schemas']['Problem'];

const MOST_TOLD = 3;

/** For logs, which keep the message alone: which fields are wrong, rather than how many. */
const told = ({ detail, errors = [] }: Problem): string => {
  if (errors.length === 0) return detail;
  const first = errors.slice(0, MOST_TOLD).map((error) => `${error.pointer}: ${error.detail}`);
  const more = errors.length - first.length;
  return [...first, ...(more > 0 ? [`${more} more`] : [])].join(' ');
};

/** A refusal of the service (RFC 9457). Branch on `code`: it lives for ever; texts may change. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** The last part of the problem's type, for example `service-request-settled`. */
  readonly code: string;

  constructor(readonly problem: Problem) {
    super(`${problem.title}: ${told(problem)}`);
    this.code = problem.type.split('/').at(-1) ?? '';
  }

  get status(): number {
    return this.problem.status;
  }

  /** Every wrong field, all at once. */
  get errors(): NonNullable<Problem['errors']> {
    return this.problem.errors ?? [];
  }
}

/** What an answer that is no success says of itself; a proxy's may say nothing. */
export const problemOf = async (response: Response): Promise<ProblemError> => {
  const { status } = response;
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  if (isProblem) return new ProblemError((await response.json()) as Problem);
  const detail = `The answer has the status ${status}, and says nothing of why.`;
  return new ProblemError({ type: '/problems/unknown', title: 'The request failed', status, detail, instance: '' });
};
