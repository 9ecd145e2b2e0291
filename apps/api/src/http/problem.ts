import type { FieldError } from '#kernel';

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
  readonly [extension: string]: unknown;
}

export const PROBLEM_JSON = 'application/problem+json';

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'A valid API key is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'No acceptable representation',
  408: 'The request took too long',
  409: 'Conflict',
  412: 'The revision does not match',
  413: 'The request is too large',
  414: 'The address is too long',
  415: 'The content type is not supported',
  422: 'A field is wrong',
  428: 'A condition is needed',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'Ledgerdesk failed',
  503: 'Not available at the moment',
};

export const problem = (status: number, code: string, detail: string, more: Partial<Problem> = {}): Problem => ({
  type: `/problems/${code}`,
  title: TITLES[status] ?? 'The request failed',
  status,
  detail,
  ...more,
});
