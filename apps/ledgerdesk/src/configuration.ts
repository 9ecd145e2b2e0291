import { resolve } from 'node:path';

export interface Configuration {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly apiKey: string | undefined;
  readonly redisUrl: string | undefined;
  readonly kurrentDbUrl: string | undefined;
  readonly logLevel: string;
}

/** A wrong setting: the message names the variable, what it takes and the cure. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
/** What a person can hardly guess, and a key from `openssl rand -hex 16` fills. */
const SHORTEST_KEY = 16;

const portOf = (text: string | undefined): number => {
  if (text === undefined) return 3000;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new ConfigurationError(
    `PORT is ${JSON.stringify(text)}, but must be a number from 0 to 65535 (0: any free one). Unset it for 3000.`,
  );
};

const logLevelOf = (text: string | undefined): string => {
  if (text === undefined || LOG_LEVELS.includes(text)) return text ?? 'info';
  throw new ConfigurationError(`LOG_LEVEL is ${JSON.stringify(text)}, but must be one of ${LOG_LEVELS.join(', ')}.`);
};

const isUrl = (text: string): boolean => {
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false; // whatever it says of it would repeat the password
  }
};

const redisUrlOf = (text: string | undefined): string | undefined => {
  if (text === undefined || text.startsWith('/')) return text;
  if (/^rediss?:\/\/./.test(text)) {
    if (isUrl(text)) return text;
    throw new ConfigurationError(
      'REDIS_URL is no valid address. In its name and password, write special characters percent-encoded.',
    );
  }
  throw new ConfigurationError(
    'REDIS_URL must begin with redis:// or rediss://, or be the path of a unix socket. Unset it to let Ledgerdesk start its own Redis.',
  );
};

/** The client takes what follows the first @ for the server's name, and tells it to the log. */
const HAS_BARE_AT = /@[^/?]*@/;

const kurrentDbUrlOf = (text: string | undefined): string | undefined => {
  if (text !== undefined && HAS_BARE_AT.test(text))
    throw new ConfigurationError('KURRENTDB_URL has a second @. In its name and password, write it as %40.');
  if (text === undefined || /^(?:esdb|kurrentdb|kdb)(?:\+discover)?:\/\/./.test(text)) return text;
  throw new ConfigurationError(
    'KURRENTDB_URL must be a connection string such as kurrentdb://localhost:2113?tls=false. Unset it to keep events in the data folder.',
  );
};

const apiKeyOf = (text: string | undefined): string | undefined => {
  if (text === undefined || new RegExp(`^[\\x21-\\x7e]{${SHORTEST_KEY},512}$`).test(text)) return text;
  throw new ConfigurationError(
    `LEDGERDESK_API_KEY must have ${SHORTEST_KEY} to 512 printable characters without spaces, for example from: openssl rand -hex 16`,
  );
};

/** Reads the settings, empty ones as unset. @throws ConfigurationError */
export const readConfiguration = (environment: Environment): Configuration => {
  const get = (name: string): string | undefined => environment[name] || undefined;
  const host = get('HOST') ?? '127.0.0.1';
  const apiKey = apiKeyOf(get('LEDGERDESK_API_KEY'));
  if (!LOOPBACK.test(host) && apiKey === undefined)
    throw new ConfigurationError(
      `HOST is ${host}, which others can reach, but no key protects it: set LEDGERDESK_API_KEY to a secret of your own, or unset HOST.`,
    );
  if (get('DATABASE_URL') !== undefined)
    throw new ConfigurationError(
      'DATABASE_URL is set, but this version keeps its read models in the data folder only. Unset it.',
    );
  return {
    host,
    port: portOf(get('PORT')),
    dataDirectory: resolve(get('LEDGERDESK_DATA_DIR') ?? '.ledgerdesk'),
    apiKey,
    redisUrl: redisUrlOf(get('REDIS_URL')),
    kurrentDbUrl: kurrentDbUrlOf(get('KURRENTDB_URL')),
    logLevel: logLevelOf(get('LOG_LEVEL')),
  };
};
