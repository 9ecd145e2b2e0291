import { readConfiguration, type SettingInForce } from '#configuration';
import { withoutCredentials } from '#observability';
import type { Palette } from './paint.js';
import { table } from './table.js';

export interface ConfigOptions {
  readonly json?: boolean;
}

/** An address without its password, which may have a slash where none may be; of a key nothing. */
const shown = ({ setting: { secret, unset }, text }: SettingInForce): string => {
  if (text === undefined) return unset.shown;
  if (!secret) return text;
  return /^\w+(?:\+\w+)?:\/\//.test(text) ? withoutCredentials(text.replace(/\/\/.*@/, '//***@')) : '***';
};

/** Every setting with its value, secrets masked, and its source. @throws ConfigurationError */
export const config = ({ json }: ConfigOptions, palette: Palette): readonly string[] => {
  const { inForce } = readConfiguration(process.env, process.cwd());
  const rows = inForce.map((one) => ({ name: one.setting.name, value: shown(one), source: one.source }));
  if (json === true) return rows.map((row) => JSON.stringify(row));
  const [head = '', ...lines] = table(
    ['setting', 'from', 'value'],
    rows.map(({ name, value, source }) => [name, source, value]),
  );
  return [palette.bold(head), ...lines];
};
