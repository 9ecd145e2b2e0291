// npm run licences: every package that runs in production, with its version and licence, from the lock file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const rows = Object.entries(packages)
  .filter(([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link)
  .map(([path, { version, license }]) => [path.split('node_modules/').at(-1), version, license]);
const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
const lines = rows.map(
  ([name, version, license]) => `${name.padEnd(widths[0])}  ${version.padEnd(widths[1])}  ${license}`,
);
process.stdout.write(`${lines.join('\n')}\n`);
