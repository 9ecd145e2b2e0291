import { type ApiInProcess, keyOf } from './api-in-process.js';
import type { Answer } from './ledgerdesk.js';

export type Headers = Readonly<Record<string, string | string[]>>;
export type InProcessAnswer<Body> = Pick<Answer<Body>, 'status' | 'body'> & { readonly headers: Headers };

/** Sends requests to a service in this process, without a socket. */
export const callerOf =
  (api: () => ApiInProcess, byDefault = keyOf('administrator')) =>
  async <Body = Record<string, unknown>>(
    method: string,
    url: string,
    payload?: object | string,
    headers: Headers = {},
  ): Promise<InProcessAnswer<Body>> => {
    const answer = await api().server.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Bearer ${byDefault}`, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = /json/.test(String(answer.headers['content-type'])) && answer.body !== '';
    return {
      status: answer.statusCode,
      headers: answer.headers as Headers,
      body: (isJson ? JSON.parse(answer.body) : {}) as Body,
    };
  };
