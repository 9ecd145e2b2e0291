/** Computed values by number. Beyond `limit` the oldest is dropped: it can be computed again. */
export class BoundedCache<Value> {
  readonly #values = new Map<number, Value>();

  constructor(
    private readonly limit: number,
    private readonly compute: (key: number) => Value,
  ) {}

  get(key: number): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = this.compute(key);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size < this.limit) break;
      this.#values.delete(oldest);
    }
    this.#values.set(key, value);
    return value;
  }
}
