/** Without the result, which nobody asks a lane for and which may be large. */
const endOf = async (work: Promise<unknown>): Promise<void> => {
  await work;
};

/**
 * Runs work side by side, but what shares a lane in the order in which it came. Work without a lane has the road for
 * itself: it begins when all before it has ended, and what comes after it waits.
 */
export class Lanes {
  readonly #last = new Map<string, Promise<void>>();
  #barrier: Promise<void> = Promise.resolve();

  /** @param work must not reject */
  run<Result>(lane: string | undefined, work: () => Promise<Result>): Promise<Result> {
    if (lane === undefined) {
      const alone = Promise.all([this.#barrier, ...this.#last.values()]).then(work);
      this.#last.clear();
      this.#barrier = endOf(alone);
      return alone;
    }
    const next = (this.#last.get(lane) ?? this.#barrier).then(work);
    this.#last.set(lane, endOf(next));
    return next;
  }
}
