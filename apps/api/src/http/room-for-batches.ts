/** Each holds its body and 32 commands that wait: so many batches are some hundred megabytes at worst. */
const MOST_BATCHES = 16;

/** A batch that was let in. */
export interface AdmittedBatch {
  /** Runs a command of it when there is room: in the order of asking, tenants in turn. */
  readonly run: <Result>(command: () => Promise<Result>) => Promise<Result>;
  /** Gives its place back once nothing that it was asked to run waits or runs; calling it again does nothing. */
  readonly leave: () => void;
}

/**
 * The commands of all batches. They wait for one another rather than be refused, and leave room for those that come
 * alone: nobody waits for an importer.
 */
export class RoomForBatches {
  #batches = 0;
  #underWay = 0;
  readonly #batchesOf = new Map<string, number>();
  /** By tenant, whose turn it is first. */
  readonly #waiting = new Map<string, (() => void)[]>();

  /** @param share how many commands of batches may be under way now, above 0 */
  constructor(private readonly share: () => number) {}

  /** How many commands of batches are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * A tenant gets a place while more are free than it has: alone eight of them, the next one half of the rest. It takes
   * five tenants to leave none.
   *
   * @returns undefined when there is no place
   */
  enter(tenantId: string): AdmittedBatch | undefined {
    const own = this.#batchesOf.get(tenantId) ?? 0;
    if (own >= MOST_BATCHES - this.#batches) return undefined;
    this.#count(tenantId, own + 1);
    let commands = 0;
    let state: 'open' | 'leaving' | 'left' = 'open';
    const leaveIfDone = (): void => {
      if (state !== 'leaving' || commands > 0) return;
      state = 'left';
      this.#count(tenantId, (this.#batchesOf.get(tenantId) ?? 0) - 1);
    };
    return {
      run: async (command) => {
        commands += 1;
        try {
          return await this.#run(tenantId, command);
        } finally {
          commands -= 1;
          leaveIfDone();
        }
      },
      leave: () => {
        if (state === 'open') state = 'leaving';
        leaveIfDone();
      },
    };
  }

  #count(tenantId: string, batches: number): void {
    this.#batches += batches - (this.#batchesOf.get(tenantId) ?? 0);
    if (batches === 0) this.#batchesOf.delete(tenantId);
    else this.#batchesOf.set(tenantId, batches);
  }

  async #run<Result>(tenantId: string, command: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      const before = this.#waiting.get(tenantId);
      if (before === undefined) this.#waiting.set(tenantId, [begin]);
      else before.push(begin);
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
      const [turn] = this.#waiting;
      if (turn === undefined) return;
      const [tenantId, commands] = turn;
      const begin = commands.shift();
      this.#waiting.delete(tenantId);
      if (commands.length > 0) this.#waiting.set(tenantId, commands);
      this.#underWay += 1;
      begin?.();
    }
  }
}
