// Loaded before the service by tests: its wall clock is off by the milliseconds in a file, and its monotonic clock is not.
import { readFileSync } from 'node:fs';

const LOOK_MS = 10;
const file = process.env.SHIFTED_CLOCK_FILE;
const RealDate = Date;
const realNow = Date.now.bind(Date);
let offsetMs = 0;
let lookedAt = -Infinity;

const now = () => {
  if (performance.now() - lookedAt > LOOK_MS) {
    lookedAt = performance.now();
    offsetMs = Number(readFileSync(file, 'utf8'));
  }
  return realNow() + offsetMs;
};

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
