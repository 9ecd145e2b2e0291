const WIDTH = 30;
const QUIET_MS = 2_000;

/** Draws on a terminal only, and only once the work has taken two seconds. */
export const progressBar = (stream: NodeJS.WriteStream, label: string) => {
  const begun = performance.now();
  let drawn = false;
  return {
    update: (done: number): void => {
      if (!stream.isTTY || performance.now() - begun < QUIET_MS) return;
      drawn = true;
      const full = Math.round(done * WIDTH);
      stream.write(`\r${label} [${'='.repeat(full)}${' '.repeat(WIDTH - full)}] ${Math.round(done * 100)} %`);
    },
    clear: (): void => {
      if (drawn) stream.write('\r\u001b[2K');
    },
  };
};
