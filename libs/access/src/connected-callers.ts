import type { Principal } from './principal.js';

/** How soon whoever is still connected learns that the key has ended: half of what is promised. */
const ROUND_MS = 500;

/** Callers whose answer goes on: what they came with may end before it does. */
export class ConnectedCallers {
  readonly #watched = new Map<() => void, Principal>();
  readonly #rounds = setInterval(() => this.#endSome(), ROUND_MS).unref();

  constructor(private readonly hasEnded: (principal: Principal) => boolean) {}

  /** Calls back once what the caller came with has ended, however that comes. @returns what ends the watch */
  watch(principal: Principal, onEnd: () => void): () => void {
    this.#watched.set(onEnd, principal);
    return () => void this.#watched.delete(onEnd);
  }

  close(): void {
    clearInterval(this.#rounds);
  }

  #endSome(): void {
    for (const [onEnd, principal] of this.#watched) {
      if (!this.hasEnded(principal)) continue;
      this.#watched.delete(onEnd);
      onEnd();
    }
  }
}
