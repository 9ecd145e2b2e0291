// npm start: installs what is missing, builds what has changed, and runs the service until Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { dirname, delimiter, join } from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { withLock } from './lib/lock.mjs';
import { NODE_FLAGS } from './lib/node-flags.mjs';
import { ensurePackages, requireNode } from './lib/packages.mjs';
import { ensureRedis } from './lib/redis.mjs';
import { requireFreeFolder } from './lib/require-free-folder.mjs';
import { root } from './lib/root.mjs';
import { explain } from './lib/steps.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs the service to its end and answers with its exit code. */
const serve = async ({ environment, server }) => {
  const main = join(root, 'dist/apps/ledgerdesk/src/main.js');
  const guard = new URL('lib/end-with-parent.mjs', import.meta.url).href;
  const path = server ? `${process.env.PATH}${delimiter}${dirname(server)}` : process.env.PATH;
  const child = spawn(process.execPath, [...NODE_FLAGS, '--import', guard, main], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: path, ...environment },
    // Its own session: a terminal's Ctrl-C would reach it a second time, beside the one that is passed on.
    detached: true,
  });
  for (const signal of SIGNALS) {
    const pass = () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    process.once(signal, pass);
    // Ctrl-C may come from the terminal and once more from npm; the service ends by itself in bounded time.
    process.on(signal, () => undefined);
  }
  const [code, signal] = await once(child, 'exit');
  return code ?? 128 + constants.signals[signal];
};

const start = async () => {
  requireNode();
  await withLock(root, async () => {
    const free = () => requireFreeFolder(root);
    await ensurePackages(root, free);
    await ensureBuild(root, free);
  });
  const redis = await ensureRedis();
  try {
    return await serve(redis);
  } finally {
    await redis.stop();
  }
};

try {
  process.exitCode = await start();
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
