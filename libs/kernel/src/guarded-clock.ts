import { Clock } from './clock.js';
import { type Instant, instantFromMs, instantToMs } from './instant.js';

/** Differences below this are measuring errors and slewing, not a clock that was set. */
const TOLERANCE_MS = 20;
/** The steady clock follows the wall clock once that has kept its new time for so long. */
const SETTLED_MS = 3 * 60_000;
/** How much the new time may move meanwhile: a clock is slewed by at most half a thousandth. */
const SLEW_MS = 100;
/** Answers that took longer tell little; they are used when there is nothing newer than {@link STALE_MS}. */
const SLOW_ANSWER_MS = 250;
const STALE_MS = 60_000;
/** What a witness said long ago is forgotten: this machine may have slept. */
const FORGOTTEN_MS = 15 * 60_000;

/** What another machine's clock said, between two readings of the steady clock. */
export interface Testimony {
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  /** Milliseconds since the Unix epoch, rounded down. */
  readonly saidMs: number;
}

interface Readings {
  readonly wall: number;
  readonly steady: number;
  /** What the witness's clock shows now, at the least and at the most. */
  readonly witness: { readonly least: number; readonly most: number } | undefined;
}

/**
 * A clock for what must never be early: of the wall clock, a steady clock and a witness on another machine the earliest.
 * One exception keeps a wrong step back from stopping everything: when the other two agree, they overrule the wall clock.
 */
export class GuardedClock extends Clock {
  #anchor: { readonly wall: number; readonly steady: number };
  #testimony: Testimony | undefined;
  /** By how much the wall clock was set, and since when it has kept to that. */
  #step: { readonly offset: number; readonly since: number } | undefined;

  /** @param steadyMs milliseconds from any start on, of a clock that nobody sets: `performance.now()` */
  constructor(
    private readonly wall: Clock,
    private readonly steadyMs: () => number,
  ) {
    super();
    this.#anchor = { wall: instantToMs(wall.now()), steady: steadyMs() };
  }

  override now(): Instant {
    return instantFromMs(Math.floor(this.#trusted(this.#readings())));
  }

  /** How far the wall clock is ahead of the trusted time; negative when it is behind. 0 while the clocks agree. */
  get disagreementMs(): number {
    const readings = this.#readings();
    return Math.round(readings.wall - this.#trusted(readings));
  }

  /** To be called every second or so: a step of the wall clock is noticed only by looking. */
  look(): void {
    const now = this.steadyMs();
    const { wall, steady, witness } = this.#readings();
    const offset = wall - steady;
    if (Math.abs(offset) <= TOLERANCE_MS) this.#step = undefined;
    else if (this.#step === undefined || Math.abs(offset - this.#step.offset) > SLEW_MS)
      this.#step = { offset, since: now };
    else if (now - this.#step.since >= SETTLED_MS && !agrees(steady, witness)) {
      this.#anchor = { wall, steady: now };
      this.#step = undefined;
    }
  }

  /** Takes what a witness said. */
  hear(testimony: Testimony): void {
    const { askedAtMs, answeredAtMs } = testimony;
    const known = this.#testimony;
    const isQuick = answeredAtMs - askedAtMs <= SLOW_ANSWER_MS;
    if (isQuick || known === undefined || answeredAtMs - known.answeredAtMs > STALE_MS) this.#testimony = testimony;
  }

  #readings(): Readings {
    const now = this.steadyMs();
    const steady = this.#anchor.wall + now - this.#anchor.steady;
    return { wall: instantToMs(this.wall.now()), steady, witness: this.#witnessAt(now) };
  }

  #witnessAt(now: number): Readings['witness'] {
    if (this.#testimony === undefined || now - this.#testimony.answeredAtMs > FORGOTTEN_MS) return undefined;
    const { askedAtMs, answeredAtMs, saidMs } = this.#testimony;
    return { least: saidMs + now - answeredAtMs, most: saidMs + 1 + now - askedAtMs };
  }

  #trusted({ wall, steady, witness }: Readings): number {
    const isOverruled = wall < steady - TOLERANCE_MS && agrees(steady, witness) && !agrees(wall, witness);
    const own = isOverruled || wall > steady + TOLERANCE_MS ? steady : wall;
    return witness !== undefined && own > witness.most + TOLERANCE_MS ? witness.least : own;
  }
}

const agrees = (ms: number, witness: Readings['witness']): boolean =>
  witness !== undefined && ms >= witness.least - TOLERANCE_MS && ms <= witness.most + TOLERANCE_MS;
