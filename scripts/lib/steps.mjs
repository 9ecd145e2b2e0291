/** A failure that a person can act on: what went wrong, what was printed, and the cure. */
export class StepError extends Error {
  constructor(message, { output = '', cure = '' } = {}) {
    super(message);
    this.name = 'StepError';
    this.output = output;
    this.cure = cure;
  }
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const print = (text) => process.stdout.write(`${text}\n`);

/** The steps under way, with the instants at which they began. On a terminal one line tells of them all. */
const running = new Map();
let ticking;

const CLEAR = '\r\x1b[K';

const tick = () => {
  const line = [...running].map(([name, { since, why }]) => `${name}${why} ${seconds(since)}`).join(', ');
  process.stdout.write(`${CLEAR}${`  … ${line}`.slice(0, process.stdout.columns - 1)}`);
};

const finish = (mark, name) => {
  const { since } = running.get(name);
  running.delete(name);
  if (running.size === 0) {
    clearInterval(ticking);
    ticking = undefined;
  }
  print(`${process.stdout.isTTY ? CLEAR : ''}  ${mark} ${name.padEnd(46)} ${seconds(since).padStart(8)}`);
};

/**
 * Runs one step, perhaps beside others, and prints one line for it at its end, with its duration.
 * @param reason why it is done: shown while it runs
 */
export const step = async (name, work, { reason } = {}) => {
  const why = reason === undefined ? '' : ` (${reason})`;
  running.set(name, { since: performance.now(), why });
  if (process.stdout.isTTY) ticking ??= setInterval(tick, 100);
  else if (reason !== undefined) print(`  … ${name}${why}`);
  try {
    const result = await work();
    finish('✓', name);
    return result;
  } catch (error) {
    finish('✗', name);
    throw error;
  }
};

export const explain = (error) => {
  if (!(error instanceof StepError)) return print(error?.stack ?? String(error));
  if (error.output !== '') print(`\n${error.output.trimEnd()}\n`);
  print(error.message);
  if (error.cure !== '') print(`What to do: ${error.cure}`);
};
