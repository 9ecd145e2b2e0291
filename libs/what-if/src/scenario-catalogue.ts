import { compileForOnce } from '#business-time';
import type { Instant, TenantId } from '#kernel';
import {
  type Catalogued,
  type DefinitionSource,
  editionOf,
  inForce,
  MOST_WINDOWS,
  type Published,
  SlaCatalogue,
} from '#service-level';
import type { Scenario } from './scenario.js';

/**
 * What is published, as if it had been in force when the scenario begins: one may try today's policy on a day of last
 * year. Where a version was in force then, that one counts.
 */
const inForceSince = <D>(id: string, published: Published<D>, begin: Instant, now: Instant): Published<D> => {
  const { versions } = published;
  if (versions.some(({ effectiveFrom }) => effectiveFrom <= begin)) return published;
  const version = (inForce(id, published, now) ?? editionOf(id, published, 1))?.version;
  return {
    versions: versions.map((one, index) => (index + 1 === version ? { ...one, effectiveFrom: begin } : one)),
  };
};

const sourceOf = <D>(
  own: ReadonlyMap<string, D>,
  find: (tenantId: TenantId, id: string) => Promise<Catalogued<D> | undefined>,
  begin: Instant,
  now: Instant,
): DefinitionSource<D> => ({
  find: async (tenantId, id) => {
    const definition = own.get(id);
    if (definition !== undefined) {
      const state = { versions: [{ publishedAt: begin, effectiveFrom: begin, definition }] };
      return { state, revision: 0n, position: '0' };
    }
    const published = await find(tenantId, id);
    return published && { state: inForceSince(id, published, begin, now), revision: published.revision, position: '0' };
  },
});

/** The policies and calendars of a scenario: its own, else what is published. Counting on one may not take long. */
export const scenarioCatalogue = (
  { policies, calendars }: Pick<Scenario, 'policies' | 'calendars'>,
  published: SlaCatalogue,
  begin: Instant,
  now: Instant,
): SlaCatalogue =>
  new SlaCatalogue(
    sourceOf(policies, (tenantId, id) => published.policy(tenantId, id), begin, now),
    sourceOf(calendars, (tenantId, id) => published.calendar(tenantId, id), begin, now),
    published.tzdata,
    (calendar) => compileForOnce(calendar, MOST_WINDOWS),
  );
