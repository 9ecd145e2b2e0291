import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capture } from './run.mjs';
import { StepError } from './steps.mjs';

/** Run with the libs of the last build; what is wrong besides, the start itself will say. */
const PROBE = (libs) => `
  const [{ readDataDirectory }, { lockForWriting }] = await Promise.all(${JSON.stringify(libs)}.map((lib) => import(lib)));
  const { existsSync } = await import('node:fs');
  const views = readDataDirectory(process.env, process.cwd()) + '/views.db';
  if (existsSync(views)) try { lockForWriting(views).close(); } catch (error) { console.log(error.message); process.exit(3); }
`;

/**
 * Before anything is installed or built: a service that runs on this data folder would have its code swapped under its feet.
 * One of the same checkout on another folder is not looked for. @throws StepError
 */
export const requireFreeFolder = async (root) => {
  const libs = ['configuration', 'event-store'].map((lib) => join(root, 'dist/libs', lib, 'src/index.js'));
  if (!libs.every((lib) => existsSync(lib))) return;
  const probe = PROBE(libs.map((lib) => pathToFileURL(lib).href));
  const { code, output } = await capture(process.execPath, ['--input-type=module', '-e', probe]);
  if (code === 3) throw new StepError(output.trim());
};
