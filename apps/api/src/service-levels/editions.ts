import type { FastifyReply } from 'fastify';
import type { Change } from '#aggregates';
import { NumberText, Optional } from '#bodies';
import type { Instant } from '#kernel';
import { type Catalogued, type Edition, editionOf, inForce, type Published } from '#service-level';
import { answerTo } from '../http/answer.js';
import type { Paging } from '../http/cursor.js';
import { tagOf } from '../http/entity-tag.js';
import { ReadQuery } from '../http/page.query.js';

/** One definition is read from its own events, so it is never behind and `waitFor` has nothing to wait for. */
export class EditionQuery extends ReadQuery {
  @Optional()
  @NumberText(1, 999_999_999)
  version?: number;
}

const shown = <Definition extends object>({ definition, id, version, ...publication }: Edition<Definition>) => ({
  id,
  version,
  ...publication,
  ...definition,
});

/** What is built in has always been there. */
const NEVER_PUBLISHED = { publishedAt: null, effectiveFrom: null, builtIn: true } as const;

/** Versions that were planned before and end this one: whoever publishes it should know what it will not reach. */
const plannedAfter = <Definition>(
  { version, effectiveFrom }: Edition<Definition>,
  { versions }: Published<Definition>,
) =>
  versions.flatMap((planned, index) =>
    index + 1 !== version && planned.effectiveFrom > effectiveFrom
      ? [
          {
            pointer: '#/effectiveFrom',
            code: 'planned-version',
            detail: `Version ${index + 1} takes its place at ${planned.effectiveFrom} and has nothing of what is new in it.`,
          },
        ]
      : [],
  );

/** The answer to a publication: the version that it made, also when it is repeated after later ones. */
export const publishedView = <Definition extends object>(
  id: string,
  change: Change<Published<Definition>>,
  reply: FastifyReply,
) => {
  const edition = editionOf(id, change.state);
  if (edition === undefined) throw new Error('A publication left nothing published.');
  return { ...shown(edition), ...answerTo(change, reply), findings: plannedAfter(edition, change.state) };
};

/** A definition, and what was published of it; nothing was of what is built in. */
type EditionView<Definition> = Definition &
  Omit<Edition<Definition>, 'definition' | 'publishedAt' | 'effectiveFrom'> & {
    readonly publishedAt: Instant | null;
    readonly effectiveFrom: Instant | null;
    readonly builtIn: boolean;
    readonly inForce: boolean;
  };

/** One version, and whether new promises are made under it now; undefined when there is none. */
export const editionView = <Definition extends object>(
  id: string,
  published: Catalogued<Definition> | undefined,
  { version }: EditionQuery,
  now: Instant,
  reply: FastifyReply,
): EditionView<Definition> | undefined => {
  if (published === undefined) return undefined;
  const edition = editionOf(id, published, version);
  if (edition === undefined) return undefined;
  const current = inForce(id, published, now)?.version;
  const isPlanned = published.versions.some(({ effectiveFrom }) => effectiveFrom > now);
  // A planned version comes into force by itself, without a revision.
  if (edition.version === published.versions.length)
    void reply.header('etag', tagOf(published.revision, isPlanned ? (current ?? 0) : undefined));
  const whole = { ...shown(edition), inForce: current === edition.version };
  return published.builtIn ? { ...whole, ...NEVER_PUBLISHED } : { ...whole, builtIn: false };
};

interface Named {
  readonly displayName: string;
}

/** All versions in short, the newest first. */
export const versionsView = <Definition extends Named>(
  id: string,
  published: Catalogued<Definition>,
  limit: number,
  paging: Paging,
  now: Instant,
) => {
  const { after } = paging;
  const current = inForce(id, published, now)?.version;
  const items = published.versions.map(({ definition: { displayName }, ...publication }, index) => ({
    version: index + 1,
    displayName,
    ...publication,
    ...(published.builtIn && NEVER_PUBLISHED),
    inForce: index + 1 === current,
  }));
  const older = items.filter(({ version }) => after === undefined || version < Number(after.id)).reverse();
  return paging.pageOf(older, limit, ({ version }) => ({ at: '', id: String(version) }));
};
