import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** Every refusal of what a caller may not do: who, what and where, never the key. */
export class Refusals {
  readonly #counts = new Map<string, number>();

  constructor(private readonly log: Logger) {}

  note({ principal, method, routeOptions, id }: FastifyRequest, code: string, capability?: string): void {
    const role = principal?.actor.role ?? 'none';
    const kind = [code, role, capability ?? ''].join(' ');
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.log.warn(
      {
        requestId: id,
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
      },
      'Refused',
    );
  }
}
