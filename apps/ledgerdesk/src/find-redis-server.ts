import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ConfigurationError } from '#configuration';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // absent or not ours to run: look further
  }
};

/** @throws ConfigurationError that says how to get one */
export const findRedisServer = (): string => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = ['redis-server', 'valkey-server']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new ConfigurationError(
    'No redis-server or valkey-server was found on the PATH. Install one, or set REDIS_URL to one that runs (version 6.2 or newer).',
  );
};
