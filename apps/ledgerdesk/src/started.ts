/** What was started so far; it is stopped in the opposite order. */
export class Started {
  #stops: (() => unknown)[] = [];

  /** @param stop called once, after what was started later has stopped */
  add<Part>(part: Part, stop: (part: Part) => unknown): Part {
    this.#stops.push(() => stop(part));
    return part;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
