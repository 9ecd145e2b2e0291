import { resolve } from 'node:path';
import { isSafeAddress } from '#kernel';
import { type Refusal, setting } from './setting.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** At least what a person can hardly guess, and `openssl rand -hex 16` more than fills. */
const SECRET = /^[\x21-\x7e]{16,512}$/;
const SECRET_TAKES = '16 to 512 printable characters without spaces';

/** @param maker the command of a shell that makes one */
const readSecret = (text: string, maker: string): string | Refusal =>
  SECRET.test(text) ? text : { refusal: `must have ${SECRET_TAKES}, for example from: ${maker}` };

const isUrl = (text: string): boolean => {
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false; // whatever it says of it would repeat the password
  }
};

const REDIS_TAKES = 'an address that begins with redis:// or rediss://, or the path of a unix socket';

const readRedisUrl = (text: string): string | Refusal => {
  if (text.startsWith('/')) return text;
  if (!/^rediss?:\/\/./.test(text))
    return { refusal: `must be ${REDIS_TAKES}. Unset it to let Ledgerdesk start its own Redis.` };
  return isUrl(text)
    ? text
    : { refusal: 'is no valid address. In its name and password, write special characters percent-encoded.' };
};

const KURRENTDB_TAKES = 'a connection string such as kurrentdb://localhost:2113?tls=false';

/** The client takes what follows the first @ for the server's name, and tells it to the log. */
const HAS_BARE_AT = /@[^/?]*@/;

const readKurrentDbUrl = (text: string): string | Refusal => {
  if (HAS_BARE_AT.test(text)) return { refusal: 'has a second @. In its name and password, write it as %40.' };
  if (/^(?:esdb|kurrentdb|kdb)(?:\+discover)?:\/\/./.test(text)) return text;
  return { refusal: `must be ${KURRENTDB_TAKES}. Unset it to keep events in the data folder.` };
};

const MOST_REQUESTS = 1_000_000_000;
const LONGEST_DRAIN_S = 300;

const readWholeNumber = (text: string, most: number): number | Refusal =>
  /^\d{1,10}$/.test(text) && Number(text) <= most
    ? Number(text)
    : { refusal: `must be a whole number from 0 to ${most}.` };

const optional = { value: undefined } as const;

/** Everything that can be set: the boot reads it, `ledgerdesk config` shows it, and docs/settings.md is made from it. */
export const SETTINGS = {
  port: setting({
    name: 'PORT',
    meaning: 'port to listen on; 0 takes any free one',
    takes: 'a number from 0 to 65535',
    unset: { value: 3000, shown: '3000' },
    read: (text) =>
      /^\d{1,5}$/.test(text) && Number(text) <= 65_535
        ? Number(text)
        : { refusal: 'must be a number from 0 to 65535 (0: any free one). Unset it for 3000.' },
  }),
  host: setting({
    name: 'HOST',
    meaning: 'address to listen on; any but loopback needs LEDGERDESK_API_KEY',
    takes: 'a host name or an address',
    unset: { value: '127.0.0.1', shown: '127.0.0.1' },
    read: (text) => text,
  }),
  publicUrl: setting({
    name: 'LEDGERDESK_PUBLIC_URL',
    meaning: 'where browsers find the service when a proxy stands before it',
    takes: 'an https address without a path, such as https://desk.example; http on this machine only',
    unset: { ...optional, shown: 'the address that a browser asks for' },
    read: (text): string | undefined | Refusal =>
      isSafeAddress(text) && /^https?:\/\/[^/?#@]+\/?$/i.test(text)
        ? new URL(text).origin
        : { refusal: 'must be an https address without a path; http is taken on this machine only.' },
  }),
  dataDirectory: setting({
    name: 'LEDGERDESK_DATA_DIR',
    meaning: 'folder of events, views and the private Redis',
    takes: 'a folder that is yours; it is made when it is not there',
    unset: { value: resolve('.ledgerdesk'), shown: '.ledgerdesk' },
    read: (text) => resolve(text),
  }),
  apiKey: setting({
    name: 'LEDGERDESK_API_KEY',
    meaning: "an administrator's key of your own; works beside the one made at the first start",
    takes: SECRET_TAKES,
    unset: { ...optional, shown: 'one is made at the first start' },
    secret: true,
    read: (text): string | undefined | Refusal => readSecret(text, 'openssl rand -hex 16'),
  }),
  kurrentDbUrl: setting({
    name: 'KURRENTDB_URL',
    meaning: 'a KurrentDB or EventStoreDB server that keeps the events',
    takes: KURRENTDB_TAKES,
    unset: { ...optional, shown: 'events in the data folder' },
    secret: true,
    read: (text): string | undefined | Refusal => readKurrentDbUrl(text),
  }),
  redisUrl: setting({
    name: 'REDIS_URL',
    meaning: 'the Redis that keeps the timers, counts requests and knows when keys were last used',
    takes: REDIS_TAKES,
    unset: { ...optional, shown: 'a private Redis' },
    secret: true,
    read: (text): string | undefined | Refusal => readRedisUrl(text),
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    meaning: 'reserved for read models on PostgreSQL, which this version does not have',
    takes: 'unset',
    unset: { ...optional, shown: 'read models in the data folder' },
    secret: true,
    read: (): undefined | Refusal => ({
      refusal: 'is set, but this version keeps its read models in the data folder only. Unset it.',
    }),
  }),
  secret: setting({
    name: 'LEDGERDESK_SECRET',
    meaning: 'signs cursors; several services on one KurrentDB server are given the same',
    takes: SECRET_TAKES,
    unset: { ...optional, shown: 'one is made in the data folder' },
    secret: true,
    read: (text): string | undefined | Refusal => readSecret(text, 'openssl rand -hex 32'),
  }),
  rateLimit: setting({
    name: 'LEDGERDESK_RATE_LIMIT',
    meaning: 'requests a minute and key, in all services on one Redis together; 0: no limit',
    takes: `a whole number from 0 to ${MOST_REQUESTS}`,
    unset: { value: 300_000, shown: '300000' },
    read: (text) => readWholeNumber(text, MOST_REQUESTS),
  }),
  drainSeconds: setting({
    name: 'LEDGERDESK_DRAIN_SECONDS',
    meaning: 'how long a service told to stop still serves, while `/health/ready` answers 503',
    takes: `a whole number from 0 to ${LONGEST_DRAIN_S}`,
    unset: { value: 0, shown: '0' },
    read: (text) => readWholeNumber(text, LONGEST_DRAIN_S),
  }),
  oidcIssuer: setting({
    name: 'LEDGERDESK_OIDC_ISSUER',
    meaning: 'the OpenID Connect issuer whose access tokens are taken, exactly as their claim iss says',
    takes: 'an https address without a query; http on this machine only',
    unset: { ...optional, shown: 'no access tokens are taken' },
    read: (text): string | undefined | Refusal =>
      isSafeAddress(text) && !/[?#@]/.test(text)
        ? text
        : { refusal: 'must be an https address without a query; http is taken on this machine only.' },
  }),
  oidcAudience: setting({
    name: 'LEDGERDESK_OIDC_AUDIENCE',
    meaning: 'the claim aud of access tokens that are meant for here',
    takes: 'any text; set together with LEDGERDESK_OIDC_ISSUER',
    unset: { ...optional, shown: 'no access tokens are taken' },
    read: (text): string | undefined | Refusal => text,
  }),
  logLevel: setting({
    name: 'LOG_LEVEL',
    meaning: 'the least that is logged',
    takes: `one of ${LOG_LEVELS.join(', ')}`,
    unset: { value: 'info', shown: 'info' },
    read: (text) => (LOG_LEVELS.includes(text) ? text : { refusal: `must be one of ${LOG_LEVELS.join(', ')}.` }),
  }),
} as const;
