import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError } from '#configuration';
import { messageOf } from '#kernel';

/** One by one: where no folder can be made at all, as in /proc, Node's own way of making several at once never ends. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const above = dirname(folder);
  if (!existsSync(above)) makeFolder(above);
  mkdirSync(folder);
};

/** Makes the data folder what nobody else can look into. @throws ConfigurationError where that cannot be */
export const makePrivate = (folder: string): void => {
  try {
    makeFolder(folder);
    chmodSync(folder, 0o700);
  } catch (cause) {
    throw new ConfigurationError(
      `The data folder cannot be used (${messageOf(cause)}). Set LEDGERDESK_DATA_DIR to a folder of yours.`,
      { cause },
    );
  }
};
