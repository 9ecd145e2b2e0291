import type { FastifyInstance } from 'fastify';
import type { Capability } from '#access';
import { pathOf } from './request-line.js';

declare module 'fastify' {
  interface FastifyInstance {
    routes: Routes;
  }
}

interface Route {
  readonly method: string;
  readonly url: string;
  /** What its caller must be allowed to; undefined for one that is open to everybody. */
  readonly needs: Capability | undefined;
}

/** Every route of a server: for whoever asks with a wrong method, and for tests that walk over all. */
export class Routes {
  readonly #all: Route[] = [];
  readonly #patterns = new Map<string, RegExp>();

  /** Notes each route as it is added; call it before the first. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ method, url, config }) => {
      this.#all.push(...[method].flat().map((one) => ({ method: one, url, needs: config?.needs })));
      this.#patterns.set(url, new RegExp(`^${url.replace(/:[^/]+/g, '[^/]+')}$`));
    });
  }

  get all(): readonly Route[] {
    return this.#all;
  }

  /** In the order of the alphabet; none for an address that does not exist. */
  methodsAt(address: string): readonly string[] {
    const path = pathOf(address);
    const methods = this.#all.filter(({ url }) => this.#patterns.get(url)?.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}
