import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '#kernel';

/** A seek for each tenant that has any, instead of a walk over the deadlines of all. */
const TENANTS = sql`
  WITH RECURSIVE found (tenant) AS (
    SELECT MIN(tenant) FROM deadlines
    UNION ALL
    SELECT (SELECT MIN(tenant) FROM deadlines WHERE tenant > found.tenant) FROM found WHERE found.tenant IS NOT NULL)`;

/** In the order of their index: those of one tenant lie together, with the longest overdue first. */
const overdue = (restricted: 0 | 1, now: Instant): RawBuilder<unknown> =>
  sql`FROM deadlines WHERE tenant = found.tenant AND restricted = ${sql.lit(restricted)} AND state = 'open'
    AND due_at > '' AND due_at < ${now}`;

/** When the longest overdue deadline of all tenants was due. Costs two seeks a tenant. */
export const oldestOverdue = (now: Instant): RawBuilder<{ due_at: Instant | null }> => sql`${TENANTS}
  SELECT MIN(due_at) AS due_at FROM (
    SELECT (SELECT MIN(due_at) ${overdue(0, now)}) AS due_at FROM found
    UNION ALL SELECT (SELECT MIN(due_at) ${overdue(1, now)}) FROM found)`;

/** How many are. Costs the same, and the counting of an index's entries. */
export const countOverdue = (now: Instant): RawBuilder<{ count: number }> => sql`${TENANTS}
  SELECT SUM((SELECT COUNT(*) ${overdue(0, now)}) + (SELECT COUNT(*) ${overdue(1, now)})) AS count FROM found`;
