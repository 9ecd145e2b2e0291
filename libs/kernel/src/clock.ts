import { type Instant, instantFromMs, instantToMs } from './instant.js';

/** The only source of "now". Decisions receive the instant as input and never ask for it. */
export abstract class Clock {
  abstract now(): Instant;
}

class SystemClock extends Clock {
  override now(): Instant {
    return instantFromMs(Date.now());
  }
}

export const systemClock: Clock = new SystemClock();

/** A clock that moves only when told to, forwards or backwards. */
export class ManualClock extends Clock {
  #ms: number;

  constructor(start: Instant) {
    super();
    this.#ms = instantToMs(start);
  }

  override now(): Instant {
    return instantFromMs(this.#ms);
  }

  advance(ms: number): void {
    this.#ms += ms;
  }

  set(instant: Instant): void {
    this.#ms = instantToMs(instant);
  }
}
