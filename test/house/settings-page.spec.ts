import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Setting, SETTINGS } from '#configuration';

const row = ({ name, meaning, takes, unset, secret }: Setting): string =>
  `| \`${name}\`${secret ? ` \`${name}_FILE\`` : ''} | ${meaning} | ${takes} | ${unset.shown} |`;

const table = [
  '| variable | decides | takes | unset |',
  '| --- | --- | --- | --- |',
  ...Object.values(SETTINGS).map(row),
].join('\n');

/** Columns aligned for the eye do not count. */
const bare = (text: string): string => text.replace(/-{2,}/g, '--').replace(/ +/g, ' ');

it('docs/settings.md shows the settings as they are; after a change of libs/configuration/src/settings.ts, paste the table from here', () => {
  const page = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8');
  expect(bare(page)).toContain(bare(table));
});
