import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPABILITIES, type Capability, may, ROLES } from '#access';
import type { TenantId } from '#kernel';

const own = 'default' as TenantId;
const another = 'contoso' as TenantId;

const cell = (capability: Capability, role: string): string =>
  may(capability, another, role) ? '✓' : may(capability, own, role) ? '(✓)' : '';

const table = [
  `| capability | allows to | ${ROLES.join(' | ')} |`,
  `| --- | --- |${' :-: |'.repeat(ROLES.length)}`,
  ...Object.entries(CAPABILITIES).map(
    ([name, { allows }]) =>
      `| \`${name}\` | ${allows} | ${ROLES.map((role) => cell(name as Capability, role)).join(' | ')} |`,
  ),
].join('\n');

/** Columns aligned for the eye do not count. */
const bare = (text: string): string => text.replace(/-{2,}/g, '--').replace(/ +/g, ' ');

it('docs/access.md shows the matrix as it is; after a change of libs/access/src/roles.ts, paste the table from here', () => {
  const page = readFileSync(join(__dirname, '../../docs/access.md'), 'utf8');
  expect(bare(page)).toContain(bare(table));
});
