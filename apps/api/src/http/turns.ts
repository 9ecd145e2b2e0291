/** Some milliseconds of work: so long does whatever else arrives stay unseen. */
const A_TURN = 8;
/** Of a long turn, one for so many milliseconds: about an eighth of the time, which leaves enough for turns to get short again. */
const ONE_FOR_MS = 4;

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
      // Thousands of refusals must not starve what waits here.
      const next = this.#waiting.splice(0, Math.max(A_TURN, lastedMs / ONE_FOR_MS));
      this.#begun = next.length;
      if (next.length > 0) this.#askForNextTurn();
      for (const work of next) work();
    });
  }
}
