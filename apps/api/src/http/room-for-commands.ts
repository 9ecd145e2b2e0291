/** How long a command may wait and take when nothing is wrong but that there are too many of them. */
const TOLERATED_MS = 200;
/** Always let in: too few to make anyone wait, enough to share commits. */
const LEAST = 64;
/** A burst of so many is taken at once; more would only wait. */
const MOST = 512;
const GROWTH = 32;
/** A burst may make commands wait for so many rounds before fewer are let in. */
const PATIENCE_ROUNDS = 5;
const SHRINKAGE = 0.7;

/** How often the limit is looked at again. */
export const ROUND_MS = 100;

const mean = (sum: number, count: number): number => (count === 0 ? 0 : sum / count);

/**
 * How many commands may be under way at a time. It is learnt: while they take too long, or the process is too busy to look
 * at those that arrive, fewer are let in; else more, up to a burst's worth.
 */
export class RoomForCommands {
  #limit = MOST;
  #waiting = 0;
  #underWay = 0;
  #begun = 0;
  #waitedMs = 0;
  #ended = 0;
  #tookMs = 0;
  #roundsTooLong = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number) {}

  /**
   * Whether the next one would be too many.
   * @param lines how many of those under way are of batches: what is beyond their half since the room shrank is not counted
   */
  isFullBeside(lines: number): boolean {
    const beyond = Math.max(0, lines - this.half);
    return this.#waiting + this.#underWay - beyond >= this.#limit;
  }

  /** What batches may have of it: whatever they send, as much is left for others. */
  get half(): number {
    return this.#limit / 2;
  }

  /** @returns what ends the wait; call it once */
  wait(): () => void {
    const waitsSince = this.now();
    this.#waiting += 1;
    return () => {
      this.#waiting -= 1;
      this.#begun += 1;
      this.#waitedMs += this.now() - waitsSince;
    };
  }

  /** @returns what ends the command; calling it again does nothing */
  enter(): () => void {
    const begunAt = this.now();
    this.#underWay += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#underWay -= 1;
      this.#ended += 1;
      this.#tookMs += this.now() - begunAt;
    };
  }

  /**
   * Call it every {@link ROUND_MS}.
   * @param lateMs how late this call comes: so long does what arrives wait unseen
   */
  endRound(lateMs: number): void {
    const meanMs = mean(this.#waitedMs, this.#begun) + mean(this.#tookMs, this.#ended);
    this.#roundsTooLong = meanMs + lateMs > TOLERATED_MS ? this.#roundsTooLong + 1 : 0;
    if (this.#roundsTooLong === 0) this.#limit = Math.min(MOST, this.#limit + GROWTH);
    else if (this.#roundsTooLong > PATIENCE_ROUNDS)
      this.#limit = Math.max(LEAST, Math.floor(Math.min(this.#limit, this.#waiting + this.#underWay) * SHRINKAGE));
    this.#begun = 0;
    this.#waitedMs = 0;
    this.#ended = 0;
    this.#tookMs = 0;
  }
}
