/** What was started so far; it is stopped in the opposite order. */
export class Started {
  #stops: (() => unknown)[] = [];
  #death: Error | undefined;

  /**
   * @param stop called once, after what was started later has stopped
   * @throws Error when a part has died meanwhile, which is its cause: nothing more is to be started
   */
  add<Part>(part: Part, stop: (part: Part) => unknown): Part {
    this.#stops.push(() => stop(part));
    this.assertAlive();
    return part;
  }

  /** Remembers what a part has died of; the first death is the cause. */
  died(error: Error): void {
    this.#death ??= error;
  }

  /** @throws Error as {@link add} does */
  assertAlive(): void {
    if (this.#death !== undefined)
      throw new Error('A part of Ledgerdesk died while it was starting.', { cause: this.#death });
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
