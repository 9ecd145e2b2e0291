/**
 * Runs work side by side, but what shares a lane in the order in which it came. Work without a lane has the road for
 * itself: it begins when all before it has ended, and what comes after it waits.
 */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();
  #barrier: Promise<unknown> = Promise.resolve();

  /** @param work must not reject */
  run<Result>(lane: string | undefined, work: () => Promise<Result>): Promise<Result> {
    if (lane === undefined) {
      const alone = Promise.all([this.#barrier, ...this.#last.values()]).then(work);
      this.#last.clear();
      this.#barrier = alone;
      return alone;
    }
    const next = (this.#last.get(lane) ?? this.#barrier).then(work);
    this.#last.set(lane, next);
    return next;
  }
}
