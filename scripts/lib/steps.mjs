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

/** Runs one step and prints one line for it, with its duration. On a terminal the line is there while it runs. */
export const step = async (name, work) => {
  const since = performance.now();
  const ticking = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r\x1b[K  … ${name} ${seconds(since)}`), 100)
    : undefined;
  const finish = (mark) => {
    clearInterval(ticking);
    print(`${ticking ? '\r\x1b[K' : ''}  ${mark} ${name.padEnd(46)} ${seconds(since).padStart(8)}`);
  };
  try {
    const result = await work();
    finish('✓');
    return result;
  } catch (error) {
    finish('✗');
    throw error;
  }
};

export const explain = (error) => {
  if (!(error instanceof StepError)) return print(error?.stack ?? String(error));
  if (error.output !== '') print(`\n${error.output.trimEnd()}\n`);
  print(error.message);
  if (error.cure !== '') print(`What to do: ${error.cure}`);
};
