/** Some milliseconds of work: so long does whatever else arrives stay unseen. */
const A_TURN = 8;

/** Spreads work over turns of the event loop, in the order of its coming; a little of it is done at once. */
export class Turns {
  #begun = 0;
  #isNextTurnAsked = false;
  readonly #waiting: (() => void)[] = [];

  take(work: () => void): void {
    if (this.#begun === A_TURN || this.#waiting.length > 0) {
      this.#waiting.push(work);
      return;
    }
    this.#begun += 1;
    this.#askForNextTurn();
    work();
  }

  #askForNextTurn(): void {
    if (this.#isNextTurnAsked) return;
    this.#isNextTurnAsked = true;
    setImmediate(() => {
      this.#isNextTurnAsked = false;
      const next = this.#waiting.splice(0, A_TURN);
      this.#begun = next.length;
      if (next.length > 0) this.#askForNextTurn();
      for (const work of next) work();
    });
  }
}
