/** What a counter granted. */
export interface Grant {
  /** From 0 to what was wanted. */
  readonly granted: number;
  /** What others may still be granted in this window. */
  readonly left: number;
  readonly resetsInMs: number;
}

/** Counts for all processes together; never throws. */
export interface RateCounter {
  take(key: string, wanted: number): Promise<Grant>;
}
