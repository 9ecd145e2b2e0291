import { type SettingInForce, surveyConfiguration, unknownSettings } from '#configuration';
import { withoutCredentials } from '#observability';
import type { Output } from './output.js';
import type { Palette } from './paint.js';
import { table } from './table.js';

export interface ConfigOptions {
  readonly json?: boolean;
}

/** An address without its password, which may have a slash where none may be; of a key nothing, nor of a secret that is wrong. */
const shown = ({ setting: { secret, unset }, text, refusal }: SettingInForce): string => {
  if (text === undefined) return refusal === undefined ? unset.shown : '';
  const isAddress = /^\w+(?:\+\w+)?:\/\//.test(text);
  if (isAddress && !(secret && refusal !== undefined)) return withoutCredentials(text.replace(/\/\/.*@/, '//***@'));
  return secret ? '***' : text;
};

interface Terminal {
  readonly out: Output;
  readonly err: Output;
  readonly palette: Palette;
}

/** Every setting with its value, secrets masked, and its source. @returns whether `npm start` would take them */
export const config = async ({ json }: ConfigOptions, { out, err, palette }: Terminal): Promise<boolean> => {
  const [environment, folder] = [process.env, process.cwd()];
  const { inForce, wrong } = surveyConfiguration(environment, folder);
  const rows = inForce.map((one) => ({
    name: one.setting.name,
    value: shown(one),
    source: one.source,
    ...(one.refusal !== undefined && { wrong: one.refusal }),
  }));
  if (json === true) await out.lines(rows.map((row) => JSON.stringify(row)));
  else {
    const [head = '', ...lines] = table(
      ['setting', 'from', 'value'],
      rows.map((row) => [row.name, row.source, 'wrong' in row ? `${row.value} ✗`.trim() : row.value]),
    );
    await out.lines([palette.bold(head), ...lines]);
  }
  await err.lines([...wrong.map(withoutCredentials), ...unknownSettings(environment, folder)]);
  return wrong.length === 0;
};
