import createFetchClient, { type Client } from 'openapi-fetch';
import { type AlertMessage, alertStream, type AlertStreamOptions } from './alert-stream.js';
import type { paths } from './openapi.types.js';
import { problemOf } from './problem-error.js';
import { type Send, steadyFetch, type Wait } from './steady-fetch.js';

export interface ClientOptions {
  /** Where the service is, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly key: string;
  /** For tests, and for what lies between: another way to send, another way to wait. */
  readonly fetch?: Send;
  readonly wait?: Wait;
}

/** Every route by its method and address, typed; and what goes on for longer than one answer. */
export type LedgerdeskClient = Client<paths, 'application/json'> & {
  /** Alerts as they happen, until aborted; a broken connection is resumed where it broke. */
  readonly alerts: (options: AlertStreamOptions) => AsyncGenerator<AlertMessage>;
};

/** A client of one service with one key. What the service refuses is thrown as a ProblemError. @throws TypeError without a key */
export const createClient = ({ url, key, fetch: send = fetch, wait }: ClientOptions): LedgerdeskClient => {
  if (key === '') throw new TypeError('A client needs a key: is the variable set that it is read from?');
  const baseUrl = url.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${key}` };
  const client = createFetchClient<paths, 'application/json'>({ baseUrl, headers, fetch: steadyFetch(send, wait) });
  client.use({
    onResponse: async ({ response }) => {
      if (!response.ok) throw await problemOf(response);
    },
  });
  const open = (more: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> =>
    send(new Request(`${baseUrl}/v1/alerts/stream`, { headers: { ...headers, ...more }, signal }));
  const alerts = (options: AlertStreamOptions) => alertStream(open, { ...(wait && { pause: wait }), ...options });
  return Object.assign(client, { alerts });
};

/** The body of an answer: `await data(client.GET('/v1/timers'))`. */
export const data = async <Data>(answer: Promise<{ readonly data?: Data | undefined }>): Promise<Data> => {
  const { data: body } = await answer;
  if (body === undefined) throw new Error('The answer has no body.');
  return body;
};

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What a list holds; an answer that may be something else beside is taken for a list. */
type ItemOf<Answer> = Answer extends Page<infer Item> ? Item : never;

const isPage = <Answer>(answer: Answer): answer is Answer & Page<ItemOf<Answer>> =>
  typeof answer === 'object' && answer !== null && 'nextCursor' in answer;

/**
 * Every item of a list, page by page as they are asked for:
 * `items((cursor) => client.GET('/v1/alerts', { params: { query: { ...cursor } } }))`.
 * @throws Error for an answer that is no list
 */
export async function* items<Answer>(
  read: (cursor: { readonly cursor?: string }) => Promise<{ readonly data?: Answer | undefined }>,
): AsyncGenerator<ItemOf<Answer>> {
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await data(read(cursor === undefined ? {} : { cursor }));
    if (!isPage(page)) throw new Error('This address answers with no list.');
    yield* page.items;
    cursor = page.nextCursor;
  }
}
