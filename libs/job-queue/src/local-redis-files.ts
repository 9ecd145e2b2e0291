import { createHash } from 'node:crypto';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A unix socket's path ends after 104 to 108 bytes, by system. */
const MAX_SOCKET_PATH_BYTES = 100;

const makePrivate = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const stats = await lstat(directory);
  if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & 0o077) !== 0) {
    throw new Error(`${directory} must be a folder that only its owner can enter: remove it, or chmod 700 it.`);
  }
};

/** Makes the data folder and answers with the path for the socket: in it, or in a short one of its own when too long. */
export const prepareFolders = async (directory: string): Promise<string> => {
  await makePrivate(directory);
  const socket = join(directory, 'redis.sock');
  if (Buffer.byteLength(socket) <= MAX_SOCKET_PATH_BYTES) return socket;
  // The same for each start, so that the server of a crashed run is found.
  const short = join(tmpdir(), `ledgerdesk-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`);
  await makePrivate(short);
  return join(short, 's');
};

/** Keeps damaged data for a look, the latest only. */
export const setAside = async (directory: string): Promise<string> => {
  const aside = `${directory}.damaged`;
  await rm(aside, { recursive: true, force: true });
  await rename(directory, aside);
  return aside;
};
