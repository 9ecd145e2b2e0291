/** Some milliseconds of work: so long does whatever else arrives stay unseen. */
const A_TURN = 8;

/** Spreads work over turns of the event loop, in the order of its coming; a little of it is done at once. */
export class Turns {
  #begun = 0;
  #isNextTurnAsked = false;
  #turnBeganAt = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number) {}

  take(work: () => void): void {
    if (this.#begun >= A_TURN || this.#waiting.length > 0) {
      this.#waiting.push(work);
      return;
    }
    this.#begun += 1;
    this.#askForNextTurn();
    work();
  }

  #askForNextTurn(): void {
    if (this.#isNextTurnAsked) return;
    if (this.#waiting.length === 0) this.#turnBeganAt = this.now();
    this.#isNextTurnAsked = true;
    setImmediate(() => {
      this.#isNextTurnAsked = false;
      const now = this.now();
      const lastedMs = now - this.#turnBeganAt;
      this.#turnBeganAt = now;
      // One for each millisecond of a long turn: thousands of refusals must not starve what waits here.
      const next = this.#waiting.splice(0, Math.max(A_TURN, lastedMs));
      this.#begun = next.length;
      if (next.length > 0) this.#askForNextTurn();
      for (const work of next) work();
    });
  }
}
