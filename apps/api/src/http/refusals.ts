import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { loggedIdsOf } from './trace-context.js';

/** So many refusals of callers who are not known are logged in a row; a flood of them must not fill the disk. */
const STRANGERS_LOGGED = 20;
const STRANGERS_PAUSE_MS = 60_000;

/** Every refusal of what a caller may not do: who, what and where, never the key. */
export class Refusals {
  readonly #counts = new Map<string, number>();
  #strangers = { since: -Infinity, logged: 0, silent: 0 };

  /** @param onRefusal told of each one, logged or not */
  constructor(
    private readonly log: Logger,
    private readonly onRefusal: (code: string, capability: string, tenantId: string) => void = () => undefined,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {}

  note(request: FastifyRequest, code: string, capability?: string): void {
    const { principal, method, routeOptions } = request;
    const role = principal?.actor.role ?? 'none';
    const kind = [code, role, capability ?? ''].join(' ');
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.onRefusal(code, capability ?? 'none', principal?.tenantId ?? 'none');
    const unlogged = principal === undefined ? this.#passStranger() : 0;
    if (unlogged === undefined) return;
    this.log.warn(
      {
        ...loggedIdsOf(request),
        tenantId: principal?.tenantId,
        actor: principal?.actor.id,
        key: principal?.prefix,
        role,
        code,
        capability,
        method,
        route: routeOptions.url,
        /** How many of this kind since the start. */
        count,
        ...(unlogged === 0 ? {} : { unlogged }),
      },
      'Refused',
    );
  }

  /** @returns how many were not logged since the last that was; undefined when this one is not either */
  #passStranger(): number | undefined {
    const now = this.steadyMs();
    if (now - this.#strangers.since >= STRANGERS_PAUSE_MS)
      this.#strangers = { since: now, logged: 0, silent: this.#strangers.silent };
    if (this.#strangers.logged === STRANGERS_LOGGED) {
      this.#strangers.silent += 1;
      return undefined;
    }
    const { silent } = this.#strangers;
    this.#strangers.logged += 1;
    this.#strangers.silent = 0;
    return silent;
  }
}
