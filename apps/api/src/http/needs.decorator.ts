import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';
import type { Capability } from '#access';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to; a route without it stops the boot. */
    needs?: Capability;
  }
}

/** What a caller of the route must be allowed to, and what else its server is to know of it. */
export const Needs = (needs: Capability, rest: Omit<FastifyContextConfig, 'needs'> = {}): MethodDecorator =>
  RouteConfig({ ...rest, needs });
