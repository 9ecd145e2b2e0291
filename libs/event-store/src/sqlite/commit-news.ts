import type { Committed } from './protocol.js';

/** What the writer has told of its commits: enough to know, without reading, that nothing came for a follower. */
export class CommitNews {
  #first: number | undefined;
  #head = 0;
  readonly #lastOf = new Map<string, number>();

  take({ head, lastOf }: Committed): void {
    this.#first ??= head;
    this.#head = head;
    for (const [type, position] of lastOf) this.#lastOf.set(type, Math.max(position, this.#lastOf.get(type) ?? 0));
  }

  /** Position of the last event that was told of; undefined before the first news. */
  get head(): number | undefined {
    return this.#first === undefined ? undefined : this.#head;
  }

  /** True when no event of these types is between the position and {@link head}; false also when that is not known. */
  isQuiet(types: readonly string[], after: number): boolean {
    if (this.#first === undefined || after < this.#first) return false;
    return types.every((type) => (this.#lastOf.get(type) ?? 0) <= after);
  }
}
