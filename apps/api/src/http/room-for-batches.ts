/** Each holds its body and 32 commands that wait: so many batches are some hundred megabytes at worst. */
const MOST_BATCHES = 16;

/**
 * The commands of all batches. They wait for one another rather than be refused, and leave room for those that come
 * alone: nobody waits for an importer.
 */
export class RoomForBatches {
  #batches = 0;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param share how many commands of batches may be under way now, above 0 */
  constructor(private readonly share: () => number) {}

  get isFull(): boolean {
    return this.#batches >= MOST_BATCHES;
  }

  /** @returns what ends the batch; calling it again does nothing */
  enter(): () => void {
    this.#batches += 1;
    let left = false;
    return () => {
      if (!left) this.#batches -= 1;
      left = true;
    };
  }

  /** Runs a command of a batch when there is room for it, in the order of asking. */
  async run<Result>(command: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push(begin);
      this.#admit();
    });
    try {
      return await command();
    } finally {
      this.#underWay -= 1;
      this.#admit();
    }
  }

  #admit(): void {
    while (this.#underWay < this.share()) {
      const begin = this.#waiting.shift();
      if (begin === undefined) return;
      this.#underWay += 1;
      begin();
    }
  }
}
