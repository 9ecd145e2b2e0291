import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const lives = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Takes a dead holder's lock away, but puts it back when another start was quicker and the lock is new. */
const breakLock = async (lock, holder) => {
  const taken = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, taken);
  } catch {
    return;
  }
  if ((await readFile(taken, 'utf8')) !== holder) await link(taken, lock).catch(() => undefined);
  await rm(taken, { force: true });
};

const acquire = async (lock, onWait) => {
  const mine = `${lock}.${randomUUID()}`;
  // Linked when complete: a lock without its holder's pid could never be told from a dead one.
  await writeFile(mine, String(process.pid));
  try {
    for (let told = false; ;) {
      try {
        return await link(mine, lock);
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = await readFile(lock, 'utf8').catch(() => '');
      if (holder !== '' && !lives(Number(holder))) await breakLock(lock, holder);
      else {
        if (!told) onWait(holder);
        told = true;
        await sleep(100);
      }
    }
  } finally {
    await rm(mine, { force: true });
  }
};

/** One start or test run of this checkout at a time installs and builds; the others wait. */
export const withLock = async (root, work) => {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `ledgerdesk-setup-${name}.lock`);
  await acquire(lock, (pid) =>
    process.stdout.write(`  Waiting for another start (process ${pid}) to finish its setup.\n`),
  );
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
};
