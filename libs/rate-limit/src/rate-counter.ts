/** What a counter granted. */
export interface Grant {
  /** From 0 to what was wanted. */
  readonly granted: number;
  /** What others may still be granted in this window. */
  readonly left: number;
  readonly resetsInMs: number;
}

/** Counts for all processes together. */
export interface RateCounter {
  /**
   * Grants as much of what is wanted as the window has left. Never fails: what cannot be asked is counted by this process alone.
   * @param key whose requests are counted
   * @param wanted how many, at least 1
   */
  take(key: string, wanted: number): Promise<Grant>;
}
