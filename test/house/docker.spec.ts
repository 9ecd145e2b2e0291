import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const textOf = (path: string): string => readFileSync(join(__dirname, '../..', path), 'utf8');
const quoted = (text: string | undefined): readonly string[] => text?.match(/(?<=['"])--[^'"]+/g) ?? [];

it('the image runs Node as npm start does', () => {
  const [, flags] = /NODE_FLAGS = \[(.*)\]/.exec(textOf('scripts/lib/node-flags.mjs')) ?? [];
  const [command] = /^CMD .*$/m.exec(textOf('docker/Dockerfile')) ?? [];
  expect(quoted(flags)).not.toEqual([]);
  expect(quoted(command)).toEqual(quoted(flags));
});
