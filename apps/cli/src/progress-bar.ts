const WIDTH = 30;
const QUIET_MS = 2_000;

export interface ProgressBar {
  /** @param done from 0 to 1 */
  update(done: number): void;
  clear(): void;
}

/** Draws on a terminal only, and only once the work has taken two seconds. */
export const progressBar = (
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
  label: string,
  elapsedMs: () => number,
): ProgressBar => {
  let drawn = false;
  return {
    update: (done) => {
      if (!stream.isTTY || elapsedMs() < QUIET_MS) return;
      drawn = true;
      const full = Math.round(done * WIDTH);
      stream.write(`\r${label} [${'='.repeat(full)}${' '.repeat(WIDTH - full)}] ${Math.floor(done * 100)} %`);
    },
    clear: () => {
      if (drawn) stream.write('\r\u001b[2K');
      drawn = false;
    },
  };
};
