import { hash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BYTES = 32;

/**
 * Signs cursors, for as long as the data folder lasts. Processes with folders of their own must be given the same one.
 * If it is lost, whoever pages through a list begins again, and nothing else happens.
 */
export const installationSecret = (dataDirectory: string, given: string | undefined): Buffer => {
  if (given !== undefined) return hash('sha256', given, 'buffer');
  const file = join(dataDirectory, 'secret');
  const found = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  if (found.length === BYTES) return found;
  const made = randomBytes(BYTES);
  // Whole or not at all, whenever the process ends.
  writeFileSync(`${file}.new`, made, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return made;
};
