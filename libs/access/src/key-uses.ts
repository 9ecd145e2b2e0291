import type { Clock, Instant } from '#kernel';
import { actorIdOf } from './key-index.js';
import type { LastUses } from './last-uses.js';

/** A use is told at most this much late; half of what is promised. */
const ROUND_MS = 30_000;

/** When keys were last used, by the ids of their actors: what this process saw, and what the others told. */
export class KeyUses {
  #used = new Set<string>();
  /** Seen here and not told to others yet. */
  readonly #untold = new Map<string, Instant>();
  readonly #lastUsed = new Map<string, Instant>();
  readonly #rounds = setInterval(() => void this.tell(), ROUND_MS).unref();

  /** @param shared absent: nobody else is told or heard */
  constructor(
    private readonly clock: Clock,
    private readonly shared: LastUses | undefined,
  ) {}

  /** Cheap enough for each request: the instant is that of the round. */
  note(actorId: string): void {
    this.#used.add(actorId);
  }

  /** When a key was last used in any process, at most a minute stale; null when that is not known. */
  lastUsedAt(keyId: string): Instant | null {
    return this.#lastUsed.get(actorIdOf(keyId)) ?? null;
  }

  /** Tells what was used and hears what others have seen; whatever is not told now is told with the next. */
  async tell(): Promise<void> {
    const [used, now] = [this.#used, this.clock.now()];
    this.#used = new Set();
    for (const id of used) {
      this.#lastUsed.set(id, now);
      this.#untold.set(id, now);
    }
    const telling = new Map(this.#untold);
    const known = await this.shared?.exchange(telling).catch(() => undefined); // told with the next
    for (const [id, at] of telling) if (known !== undefined && this.#untold.get(id) === at) this.#untold.delete(id);
    for (const [id, at] of known ?? []) if (at > (this.#lastUsed.get(id) ?? '')) this.#lastUsed.set(id, at);
  }

  close(): void {
    clearInterval(this.#rounds);
  }
}
