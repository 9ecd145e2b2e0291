import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { nearest } from '#kernel';
import { isRefusal, type Refusal, type Setting } from './setting.js';
import { SETTINGS } from './settings.js';

type Read<Of> = Of extends Setting<infer Value> ? Exclude<Value, Refusal> : never;

export type Configuration = { readonly [Name in keyof typeof SETTINGS]: Read<(typeof SETTINGS)[Name]> };

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is in force, and who said so. */
export interface SettingInForce {
  readonly setting: Setting;
  /** As it was written; undefined where nothing is set. */
  readonly text: string | undefined;
  /** For a person: `environment`, `.env`, a file's name or `default`. */
  readonly source: string;
  /** Why it is none, in a sentence, where it is wrong. */
  readonly refusal?: string;
}

/** All that is set, wrong or not. */
interface Survey {
  readonly inForce: readonly SettingInForce[];
  /** Undefined when something is wrong. */
  readonly configuration: Configuration | undefined;
  /** A sentence for each that is wrong, alone or beside another. */
  readonly wrong: readonly string[];
}

/** Wrong settings: a sentence each, with the variable, what it takes and the cure. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const isAbsent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** The `.env` of a folder; none there is as good as an empty one. */
const readEnvFile = (folder: string): Environment => {
  try {
    return parseEnv(readFileSync(join(folder, '.env'), 'utf8'));
  } catch (error) {
    if (isAbsent(error)) return {};
    throw new ConfigurationError('.env cannot be read. Make it a readable file of lines NAME=value, or remove it.', {
      cause: error,
    });
  }
};

const LONGEST_SECRET = 10_000;

const readSecretFile = (name: string, path: string): string | Refusal => {
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (text !== '' && text.length <= LONGEST_SECRET) return text;
    return { refusal: `${name} names ${path}, which holds no secret. Write it there, on one line.` };
  } catch {
    return { refusal: `${name} names ${path}, which cannot be read. Name a file that this user may read.` };
  }
};

type Found = Omit<SettingInForce, 'setting'> | Refusal;

/** A variable counts before `.env`, in which the same rules hold; set to nothing it is not set. */
const find = ({ name, secret }: Setting, sources: readonly (readonly [source: string, of: Environment])[]): Found => {
  for (const [source, of] of sources) {
    const [text, path] = [of[name] || undefined, (secret && of[`${name}_FILE`]) || undefined];
    if (text !== undefined && path !== undefined)
      return { refusal: `${name} and ${name}_FILE are both set. Unset one of them.` };
    if (text !== undefined) return { text, source };
    if (path === undefined) continue;
    const secretText = readSecretFile(`${name}_FILE`, path);
    return isRefusal(secretText) ? secretText : { text: secretText, source: path };
  }
  return { text: undefined, source: 'default' };
};

const sourcesOf = (environment: Environment, folder: string) =>
  [['environment', environment] as const, ['.env', readEnvFile(folder)] as const] as const;

/** The data folder alone, for a reader whom no other setting concerns. @throws ConfigurationError */
export const readDataDirectory = (environment: Environment, folder: string): string => {
  const found = find(SETTINGS.dataDirectory, sourcesOf(environment, folder));
  return 'text' in found && found.text !== undefined ? resolve(found.text) : SETTINGS.dataDirectory.unset.value;
};

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Whether only programs on this machine can reach a host of this name. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

const refuseOpenDoors = ({ host, apiKey }: Configuration): readonly string[] =>
  isLoopback(host) || apiKey !== undefined
    ? []
    : [
        `HOST is ${host}, which others can reach, but no key protects it: set LEDGERDESK_API_KEY to a secret of your own, or unset HOST.`,
      ];

const refuseHalves = ({ oidcIssuer, oidcAudience }: Configuration): readonly string[] =>
  (oidcIssuer === undefined) === (oidcAudience === undefined)
    ? []
    : ['LEDGERDESK_OIDC_ISSUER and LEDGERDESK_OIDC_AUDIENCE belong together: set both to take access tokens, or none.'];

/** What may carry a password is not repeated, wherever somebody has put one. */
const mayTellOf = ({ secret }: Setting, text: string): boolean => !secret && !/@|pass|secret/i.test(text);

const readOne = (setting: Setting, found: Found): { readonly value: unknown; readonly refusal?: string } => {
  if (isRefusal(found)) return { value: undefined, refusal: found.refusal };
  if (found.text === undefined) return { value: setting.unset.value };
  const value = setting.read(found.text);
  if (!isRefusal(value)) return { value };
  const told = mayTellOf(setting, found.text) ? `is ${JSON.stringify(found.text)}, but ` : '';
  return { value: undefined, refusal: `${setting.name} ${told}${value.refusal}` };
};

/**
 * Reads all settings: environment variables, then a `.env` file, then what holds otherwise.
 *
 * @param folder where `.env` is looked for
 * @throws ConfigurationError when that file cannot be read
 */
export const surveyConfiguration = (environment: Environment, folder: string): Survey => {
  const sources = sourcesOf(environment, folder);
  const read = Object.entries(SETTINGS).map(([name, setting]) => {
    const found = find(setting, sources);
    const { value, refusal } = readOne(setting, found);
    const place = isRefusal(found) ? { text: undefined, source: 'unclear' } : found;
    return { name, value, inForce: { setting, ...place, ...(refusal !== undefined && { refusal }) } };
  });
  const configuration = Object.fromEntries(read.map(({ name, value }) => [name, value])) as Configuration; // each by its own setting
  const alone = read.flatMap(({ inForce: { refusal } }) => refusal ?? []);
  const wrong = alone.length > 0 ? alone : [...refuseOpenDoors(configuration), ...refuseHalves(configuration)];
  return {
    inForce: read.map(({ inForce }) => inForce),
    configuration: wrong.length > 0 ? undefined : configuration,
    wrong,
  };
};

/** As {@link surveyConfiguration}. @throws ConfigurationError with a sentence for each that is wrong */
export const readConfiguration = (environment: Environment, folder: string): Configuration => {
  const { configuration, wrong } = surveyConfiguration(environment, folder);
  if (configuration === undefined) throw new ConfigurationError(wrong.join('\n'));
  return configuration;
};

const PREFIX = 'LEDGERDESK_';
/** Read by the commands that call a service, and by what installs. */
const NO_SETTINGS: readonly string[] = ['LEDGERDESK_URL', 'LEDGERDESK_REDIS_IMAGE'];

const KNOWN: readonly string[] = Object.values(SETTINGS).flatMap(({ name, secret }) =>
  secret ? [name, `${name}_FILE`] : [name],
);

const meantBy = (name: string): string | undefined => {
  const bare = name.slice(PREFIX.length);
  return KNOWN.includes(bare) ? bare : nearest(name, KNOWN);
};

/** A sentence for each variable that looks like a setting and is none, with the one that may be meant. */
export const unknownSettings = (environment: Environment, folder: string): readonly string[] =>
  sourcesOf(environment, folder).flatMap(([source, of]) =>
    Object.keys(of)
      .filter((name) => name.startsWith(PREFIX) && ![...KNOWN, ...NO_SETTINGS].includes(name))
      .map((name) => {
        const meant = meantBy(name);
        const where = source === '.env' ? ' in .env' : '';
        return `${name}${where} is no setting and has no effect${meant === undefined ? '' : `; did you mean ${meant}?`}`;
      })
      .map((sentence) => (sentence.endsWith('?') ? sentence : `${sentence}.`)),
  );
