import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { mustRun } from './run.mjs';
import { step } from './steps.mjs';

const SOURCES = ['apps', 'libs'];
const SETTINGS = ['.swcrc', 'package.json', 'package-lock.json'];

const filesIn = async (folder) => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
};

/** What a package of the client is made of lies beside its sources, and is none. */
const isSource = (file) => !file.split(sep).includes('dist');

/** Changes with every source that is added, removed or written. */
const fingerprint = async (root) => {
  const files = [
    ...(await Promise.all(SOURCES.map((folder) => filesIn(join(root, folder)))))
      .flat()
      .filter((file) => isSource(relative(root, file))),
    ...SETTINGS.map((file) => join(root, file)),
  ].sort();
  const lines = await Promise.all(
    files.map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return `${relative(root, file)} ${size} ${mtimeMs}`;
    }),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
};

const stampOf = (folder) => join(folder, '.built');

/** Builds beside the old build and swaps, so that a build that fails or is killed leaves no half. */
const build = async (root, stamp) => {
  const next = join(root, 'dist.next');
  await rm(next, { recursive: true, force: true });
  const swc = join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  await mustRun(process.execPath, [swc, ...SOURCES, '-d', 'dist.next', '--ignore', '**/dist/**', '--quiet'], {
    cwd: root,
    cure: 'mend the source named above; npx tsc -p . says more.',
  });
  // Served as it is; npm run openapi writes it.
  await cp(join(root, 'apps/api/openapi.json'), join(next, 'apps/api/openapi.json'));
  await writeFile(stampOf(next), stamp);
  await rm(join(root, 'dist'), { recursive: true, force: true });
  await rename(next, join(root, 'dist'));
};

/** @param before done first where there is something to build */
export const ensureBuild = async (root, before = async () => undefined) => {
  const stamp = await fingerprint(root);
  const built = await readFile(stampOf(join(root, 'dist')), 'utf8').catch(() => '');
  if (built === stamp) return;
  await before();
  await step('Build', () => build(root, stamp), { reason: built === '' ? 'none yet' : 'sources have changed' });
};
