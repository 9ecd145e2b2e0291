import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './run.mjs';
import { step, StepError } from './steps.mjs';

const LOWEST_NODE = [20, 19];

export const requireNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LOWEST_NODE[0] || (major === LOWEST_NODE[0] && minor >= LOWEST_NODE[1])) return;
  throw new StepError(`Ledgerdesk needs Node ${LOWEST_NODE.join('.')} or newer; this is ${process.versions.node}.`, {
    cure: 'install a current Node from https://nodejs.org and run the same command again.',
  });
};

const modifiedAt = async (file) => (await stat(file).catch(() => undefined))?.mtimeMs;

const digest = async (root) =>
  createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');

const stampOf = (root) => join(root, 'node_modules', '.ledgerdesk-lock');

/** Why packages must be installed, or undefined. A fresh checkout makes the lock file look new, so its content counts too. */
const whyInstall = async (root) => {
  // npm writes this file last: after an install that was cut short it is not there.
  const installedAt = await modifiedAt(join(root, 'node_modules', '.package-lock.json'));
  if (installedAt === undefined) return 'not installed yet';
  if (installedAt >= (await modifiedAt(join(root, 'package-lock.json')))) return undefined;
  const installed = await readFile(stampOf(root), 'utf8').catch(() => '');
  return installed === (await digest(root)) ? undefined : 'older than package-lock.json';
};

const install = async (root) => {
  const npm = process.env.npm_execpath;
  const [command, ...args] = /(^|[/\\])npm[^/\\]*\.c?js$/.test(npm ?? '') ? [process.execPath, npm] : ['npm'];
  await mustRun(command, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    cure: 'see what npm says above. If it cannot reach its registry, try: npm ping',
  });
  await writeFile(stampOf(root), await digest(root));
};

/** @param before done first where there is something to install */
export const ensurePackages = async (root, before = async () => undefined) => {
  const reason = await whyInstall(root);
  if (reason === undefined) return;
  await before();
  process.stdout.write('  npm loads the packages from its registry, which usually takes about a minute.\n');
  await step('npm packages', () => install(root), { reason });
};
