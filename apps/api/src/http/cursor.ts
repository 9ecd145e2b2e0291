import { DomainError } from '#kernel';

export interface Keyset {
  readonly at: string;
  readonly id: string;
}

const encode = ({ at, id }: Keyset): string => Buffer.from(JSON.stringify([at, id])).toString('base64url');

const unknownCursor = (): never => {
  throw new DomainError('invalid', 'validation', 'One field is wrong.', {
    errors: [{ pointer: '#/cursor', code: 'cursor', detail: 'Give the nextCursor of the page before, unchanged.' }],
  });
};

/** @throws DomainError `invalid` for a cursor that no answer gave */
export const decodeCursor = (cursor: string | undefined): Keyset | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && typeof parts[0] === 'string' && typeof parts[1] === 'string')
      return { at: parts[0], id: parts[1] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return unknownCursor();
};

/**
 * The revision after the last one of the page before.
 * @throws DomainError `invalid` for a cursor that no answer gave
 */
export const nextRevision = (cursor: string | undefined): bigint => {
  const { at } = decodeCursor(cursor) ?? { at: '-1' };
  return /^(?:-1|\d{1,15})$/.test(at) ? BigInt(at) + 1n : unknownCursor();
};

/** One more row than asked for tells whether a page follows. */
export const pageOf = <Item>(items: readonly Item[], limit: number, keyset: (item: Item) => Keyset) => {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, nextCursor: items.length > limit && last !== undefined ? encode(keyset(last)) : null };
};
