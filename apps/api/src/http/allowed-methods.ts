import type { FastifyInstance } from 'fastify';
import { pathOf } from './request-line.js';

/** Which methods each address answers to, so that a wrong one is told from a wrong address. */
export class AllowedMethods {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** Notes each route as it is added; call it before the first. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ url, method }) => {
      const pattern = new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+')}$`);
      this.#routes.push({ pattern, methods: Array.isArray(method) ? method : [method] });
    });
  }

  /** In the order of the alphabet; none for an address that does not exist. */
  of(url: string): readonly string[] {
    const path = pathOf(url);
    const methods = this.#routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}
