const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
/** Of a revision: what of its view changes with time stands after a dot, how it was compressed after a dash. */
const OF_REVISION = /^(\d{1,15})(?:\.\d+)?(?:-[a-z]+)?$/;

interface Tag {
  readonly weak: boolean;
  readonly opaque: string;
}

/** What is no tag is passed over. */
const tagsIn = (header: string): readonly Tag[] =>
  [...header.matchAll(TAG)].map(([, weak, opaque = '']) => ({ weak: weak !== undefined, opaque }));

/**
 * The tag of a view of what is at a revision.
 * @param variant tells views apart that are different at one revision: time went on, or something else happened
 */
export const tagOf = (revision: number | bigint, variant?: number): string =>
  variant === undefined ? `"${revision}"` : `"${revision}.${variant}"`;

/** The same view in another coding has a tag of its own (RFC 9110, 8.8.3.3), from which its revision can still be told. */
export const tagInCoding = (tag: string, coding: string): string =>
  tag.startsWith('W/') ? tag : tag.replace(/"$/, `-${coding}"`);

/** The revisions that If-Match names by strong tags; a weak one, or one that no answer gave, names none. */
export const revisionsIn = (ifMatch: string): readonly bigint[] =>
  tagsIn(ifMatch).flatMap(({ weak, opaque }) => {
    const [, revision] = OF_REVISION.exec(opaque) ?? [];
    return weak || revision === undefined ? [] : [BigInt(revision)];
  });

/** Whether what the client has is what it would get (RFC 9110, 13.1.2): weak comparison, whatever the coding. */
export const isNamed = (tag: string, ifNoneMatch: string): boolean => {
  if (ifNoneMatch.trim() === '*') return true;
  const [current] = tagsIn(tag);
  return tagsIn(ifNoneMatch).some(({ opaque }) => opaque.replace(/-(?:br|gzip)$/, '') === current?.opaque);
};
