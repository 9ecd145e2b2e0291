import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '#kernel';

/** Holds for rows with a `request_id` that may be seen, for figures of many: fraud is rare, so its requests are read once, by their index. */
export const isVisible = ({ tenantId, seesFraud }: Scope): RawBuilder<boolean> =>
  seesFraud
    ? sql<boolean>`TRUE`
    : sql<boolean>`request_id NOT IN (SELECT id FROM service_requests WHERE tenant = ${tenantId} AND restricted = 1)`;
