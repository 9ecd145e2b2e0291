import { once } from 'node:events';

export interface Output {
  /** Resolves once there is room for more: a slow reader must not fill the memory. */
  lines(lines: readonly string[]): Promise<void>;
}

export const outputTo = (stream: NodeJS.WritableStream): Output => ({
  lines: async (lines) => {
    if (lines.length > 0 && !stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
  },
});

/** A reader that has seen enough (`| head`) closes the pipe; that is no failure, unlike a full disk. */
export const endWhenUnheard = (stream: NodeJS.WritableStream): void => {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.exitCode = 1;
    // Whoever cannot be told is not told that either.
    if (stream !== process.stderr)
      process.stderr.write(`The output cannot be written (${error.message}). Make room, or send it elsewhere.\n`);
    process.exit();
  });
};
