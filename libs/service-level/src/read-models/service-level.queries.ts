import type { Kysely } from 'kysely';
import type { TenantId } from '#kernel';
import { BUILT_IN_CALENDARS, BUILT_IN_POLICIES } from '../domain/built-in.js';
import type { DefinitionRow, ServiceLevelSchema } from './service-levels.projection.js';

/** One calendar or policy in its newest version, in short. What is built in was never published. */
export interface DefinitionSummary {
  readonly id: string;
  readonly version: number;
  readonly displayName: string;
  /** A calendar's time zone, a policy's obligation. */
  readonly subject: string;
  readonly builtIn: boolean;
  readonly publishedAt: string | null;
  readonly effectiveFrom: string | null;
}

const builtIn = (id: string, displayName: string, subject: string): DefinitionSummary => ({
  id,
  version: 1,
  displayName,
  subject,
  builtIn: true,
  publishedAt: null,
  effectiveFrom: null,
});

const BUILT_IN: Readonly<Record<DefinitionRow['kind'], readonly DefinitionSummary[]>> = {
  calendar: [...BUILT_IN_CALENDARS].map(([id, { displayName, timeZone }]) => builtIn(id, displayName, timeZone)),
  policy: [...BUILT_IN_POLICIES].map(([id, { displayName, obligation }]) => builtIn(id, displayName, obligation)),
};

/** Always for one tenant (G9); what is built in is everybody's. */
export class ServiceLevelQueries {
  constructor(private readonly database: Kysely<ServiceLevelSchema>) {}

  /** By id. */
  async list(
    tenantId: TenantId,
    kind: DefinitionRow['kind'],
    limit: number,
    after: string,
  ): Promise<readonly DefinitionSummary[]> {
    const rows = await this.database
      .selectFrom('definitions')
      .selectAll()
      .where('tenant', '=', tenantId)
      .where('kind', '=', kind)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    const own = rows.map(({ id, version, display_name, subject, published_at, effective_from }) => ({
      id,
      version,
      displayName: display_name,
      subject,
      builtIn: false,
      publishedAt: published_at,
      effectiveFrom: effective_from,
    }));
    return [...BUILT_IN[kind].filter(({ id }) => id > after), ...own]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }
}
