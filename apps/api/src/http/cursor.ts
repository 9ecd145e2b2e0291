import { createHmac, timingSafeEqual } from 'node:crypto';
import { wrongFields } from '#kernel';

export interface Keyset {
  readonly at: string;
  readonly id: string;
}

/** What a cursor is good for: one tenant, one address, one filter. */
export interface CursorScope {
  readonly tenantId: string;
  readonly path: string;
  /** The query without what moves through the list. */
  readonly filter: Readonly<Record<string, unknown>>;
}

const MAC_BYTES = 16;

const unknownCursor = (): never => {
  throw wrongFields([
    {
      pointer: '#/cursor',
      code: 'cursor',
      detail:
        'Give the nextCursor of the page before, unchanged, with the same address and filter; or begin again without a cursor.',
    },
  ]);
};

const textOf = ({ tenantId, path, filter }: CursorScope): string => {
  const entries = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([tenantId, path, entries]);
};

const keysetOf = (text: string): Keyset => {
  const parts: unknown = JSON.parse(text);
  if (Array.isArray(parts) && typeof parts[0] === 'string' && typeof parts[1] === 'string')
    return { at: parts[0], id: parts[1] };
  throw new Error('A cursor was signed that holds no place.');
};

/**
 * A list as one caller asks for it. Its cursors are signed, so that none is made up, and none is taken from another list
 * or tenant. What a cursor names is the last row seen, not a count, so that rows which come or go move no other.
 */
export class Paging {
  readonly #scope: string;

  /** @param secret the same in every process that may be asked for the next page */
  constructor(
    private readonly secret: Buffer,
    scope: CursorScope,
    private readonly cursor: string | undefined,
  ) {
    this.#scope = textOf(scope);
  }

  /** The last row of the page before; undefined on the first page. @throws DomainError `invalid` for a cursor that no page of this list gave */
  get after(): Keyset | undefined {
    if (this.cursor === undefined) return undefined;
    const bytes = Buffer.from(this.cursor, 'base64url');
    const [mac, text] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES).toString()];
    if (mac.length < MAC_BYTES || !timingSafeEqual(mac, this.#macOf(text))) return unknownCursor();
    return keysetOf(text);
  }

  /** One more row than asked for tells whether a page follows. */
  pageOf<Item>(items: readonly Item[], limit: number, keyset: (item: Item) => Keyset) {
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown, nextCursor: items.length > limit && last !== undefined ? this.#sign(keyset(last)) : null };
  }

  #sign({ at, id }: Keyset): string {
    const text = JSON.stringify([at, id]);
    return Buffer.concat([this.#macOf(text), Buffer.from(text)]).toString('base64url');
  }

  #macOf(text: string): Buffer {
    return createHmac('sha256', this.secret).update(`${this.#scope}\n${text}`).digest().subarray(0, MAC_BYTES);
  }
}
