import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigurationError,
  type Environment,
  readConfiguration as readIn,
  surveyConfiguration,
  unknownSettings,
} from './read-configuration.js';

const KEY = '0123456789abcdef';

const oidc = (issuer: string) => ({ LEDGERDESK_OIDC_ISSUER: issuer, LEDGERDESK_OIDC_AUDIENCE: 'desk' });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerdesk-settings-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const readConfiguration = (environment: Environment) => readIn(environment, folder);
/** Where each setting that is not a default comes from. */
const sources = (environment: Environment) =>
  surveyConfiguration(environment, folder)
    .inForce.filter(({ source }) => source !== 'default')
    .map(({ setting, text, source }) => `${setting.name}=${text ?? ''} (${source})`);
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('the configuration', () => {
  it('is the embedded default on loopback when nothing is set, or set to nothing', () => {
    const expected = {
      host: '127.0.0.1',
      port: 3000,
      apiKey: undefined,
      redisUrl: undefined,
      kurrentDbUrl: undefined,
      logLevel: 'info',
    };
    expect(readConfiguration({})).toMatchObject(expected);
    expect(readConfiguration({ PORT: '', HOST: '', REDIS_URL: '', LEDGERDESK_API_KEY: '' })).toMatchObject(expected);
  });

  it.each([
    [{ PORT: 'http' }, /^PORT is "http"/],
    [{ PORT: '65536' }, /^PORT is/],
    [{ PORT: '-1' }, /^PORT is/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud", but must be one of/],
    [{ REDIS_URL: 'http://localhost' }, /^REDIS_URL must be an address that begins with/],
    [{ REDIS_URL: 'redis://:pass/word@localhost' }, /^REDIS_URL is no valid address/],
    [{ REDIS_URL: 'redis://:pass%zzword@localhost' }, /^REDIS_URL is no valid address/],
    [{ REDIS_URL: 'redis://localhost:port' }, /^REDIS_URL is no valid address/],
    [{ KURRENTDB_URL: 'http://localhost:2113' }, /^KURRENTDB_URL must be a connection string/],
    [{ KURRENTDB_URL: 'esdb://admin:pass@word@localhost:2113' }, /^KURRENTDB_URL has a second @/],
    [{ DATABASE_URL: 'postgres://localhost/x' }, /^DATABASE_URL is set/],
    [{ LEDGERDESK_OIDC_ISSUER: 'https://id.example' }, /^LEDGERDESK_OIDC_ISSUER and LEDGERDESK_OIDC_AUDIENCE belong/],
    [{ LEDGERDESK_OIDC_AUDIENCE: 'desk' }, /^LEDGERDESK_OIDC_ISSUER and LEDGERDESK_OIDC_AUDIENCE belong/],
    [oidc('http://id.example'), /^LEDGERDESK_OIDC_ISSUER is .*, but must be an https address/],
    [oidc('id.example'), /^LEDGERDESK_OIDC_ISSUER is .*, but must be an https address/],
    [oidc('https://id.example/?tenant=1'), /^LEDGERDESK_OIDC_ISSUER is .*, but must be an https address/],
    [{ LEDGERDESK_PUBLIC_URL: 'http://desk.example' }, /^LEDGERDESK_PUBLIC_URL is .*, but must be an https address/],
    [
      { LEDGERDESK_PUBLIC_URL: 'https://desk.example/tickets' },
      /^LEDGERDESK_PUBLIC_URL is .*, but must be an https address/,
    ],
    [{ LEDGERDESK_PUBLIC_URL: 'https://me@desk.example' }, /^LEDGERDESK_PUBLIC_URL must be an https address/],
    [{ LEDGERDESK_PUBLIC_URL: 'desk.example' }, /^LEDGERDESK_PUBLIC_URL is .*, but must be an https address/],
    [{ LEDGERDESK_API_KEY: 'short' }, /^LEDGERDESK_API_KEY must have/],
    [{ LEDGERDESK_API_KEY: 'with a space 0123456789' }, /^LEDGERDESK_API_KEY must have/],
  ])('refuses %p with a sentence that names the variable', (environment, message) => {
    expect(() => readConfiguration(environment)).toThrow(message);
    expect(() => readConfiguration(environment)).toThrow(ConfigurationError);
  });

  it.each(['https://id.example/realms/one', 'http://localhost:9000', 'http://127.0.0.1:9000'])(
    'takes access tokens of %s',
    (issuer) => {
      expect(readConfiguration(oidc(issuer))).toMatchObject({ oidcIssuer: issuer, oidcAudience: 'desk' });
    },
  );

  it.each(['0.0.0.0', '::', '192.0.2.1', 'desk.example'])(
    'refuses to be reached at %s without a key of the operator',
    (host) => {
      expect(() => readConfiguration({ HOST: host })).toThrow(/others can reach[\s\S]*LEDGERDESK_API_KEY/);
      expect(readConfiguration({ HOST: host, LEDGERDESK_API_KEY: KEY }).host).toBe(host);
    },
  );

  it.each(['localhost', '127.0.0.1', '127.8.9.10', '::1'])('takes %s for loopback', (host) => {
    expect(readConfiguration({ HOST: host }).host).toBe(host);
  });

  it('never repeats a secret in its refusal', () => {
    const refusal = () => readConfiguration({ LEDGERDESK_API_KEY: 'se cret' });
    expect(refusal).toThrow(ConfigurationError);
    expect(refusal).not.toThrow(/se cret/);
    expect(() => readConfiguration({ REDIS_URL: 'redis://:se/cret@localhost' })).not.toThrow(/cret/);
  });

  it('tells all that is wrong at once, a sentence each', () => {
    expect(() => readConfiguration({ PORT: 'http', LOG_LEVEL: 'loud', LEDGERDESK_API_KEY: 'x' })).toThrow(
      /^PORT is "http".*\nLEDGERDESK_API_KEY must have.*\nLOG_LEVEL is "loud"/,
    );
  });
});

describe('a survey of settings', () => {
  it('shows those that are right beside those that are wrong', () => {
    const { configuration, inForce, wrong } = surveyConfiguration({ PORT: 'http', LOG_LEVEL: 'warn' }, folder);
    expect([configuration, wrong]).toEqual([undefined, [expect.stringMatching(/^PORT is "http"/)]]);
    expect(inForce.filter(({ refusal }) => refusal !== undefined)).toMatchObject([
      { setting: { name: 'PORT' }, text: 'http', source: 'environment', refusal: wrong[0] },
    ]);
    expect(inForce.map(({ setting: { name } }) => name)).toContain('LOG_LEVEL');
  });
});

describe('a variable that looks like a setting', () => {
  const told = (environment: Environment) => unknownSettings(environment, folder);

  it.each([
    ['LEDGERDESK_DATADIR', 'LEDGERDESK_DATADIR is no setting and has no effect; did you mean LEDGERDESK_DATA_DIR?'],
    ['LEDGERDESK_PORT', 'LEDGERDESK_PORT is no setting and has no effect; did you mean PORT?'],
    [
      'LEDGERDESK_REDIS_URL_FILE',
      'LEDGERDESK_REDIS_URL_FILE is no setting and has no effect; did you mean REDIS_URL_FILE?',
    ],
    ['LEDGERDESK_COLOUR_OF_THE_DOOR', 'LEDGERDESK_COLOUR_OF_THE_DOOR is no setting and has no effect.'],
  ])('is told, with the one that may be meant: %s', (name, sentence) => {
    expect(told({ [name]: 'x' })).toEqual([sentence]);
  });

  it('is told in .env too', () => {
    file('.env', 'LEDGERDESK_DATADIR=x');
    expect(told({})).toEqual([expect.stringMatching(/^LEDGERDESK_DATADIR in \.env is no setting/)]);
  });

  it('is one, or read by something else: then nothing is told', () => {
    expect(told({ LEDGERDESK_DATA_DIR: 'x', LEDGERDESK_API_KEY_FILE: 'x', LEDGERDESK_URL: 'x', HOME: 'x' })).toEqual(
      [],
    );
  });
});

describe('where a setting comes from', () => {
  it('is the environment before .env, and .env before what holds otherwise', () => {
    file('.env', '# a comment\nPORT=4000\nLOG_LEVEL="warn"\n');
    expect(readConfiguration({ PORT: '5000' })).toMatchObject({ port: 5000, logLevel: 'warn', host: '127.0.0.1' });
    expect(sources({ PORT: '5000' })).toEqual(['PORT=5000 (environment)', 'LOG_LEVEL=warn (.env)']);
  });

  it('may be a file for what is secret, without its last line break', () => {
    const path = file('key', `${KEY}\n`);
    expect(readConfiguration({ LEDGERDESK_API_KEY_FILE: path }).apiKey).toBe(KEY);
    file('.env', `LEDGERDESK_API_KEY_FILE=${path}`);
    expect(sources({})).toEqual([`LEDGERDESK_API_KEY=${KEY} (${path})`]);
    expect(sources({ LEDGERDESK_API_KEY: `${KEY}9` })).toEqual([`LEDGERDESK_API_KEY=${KEY}9 (environment)`]);
  });

  it.each([
    [
      { LEDGERDESK_API_KEY_FILE: '/nowhere/key' },
      /^LEDGERDESK_API_KEY_FILE names \/nowhere\/key, which cannot be read/,
    ],
    [{ LEDGERDESK_API_KEY_FILE: '/dev/null' }, /^LEDGERDESK_API_KEY_FILE names \/dev\/null, which holds no secret/],
    [{ REDIS_URL: 'redis://a', REDIS_URL_FILE: '/x' }, /^REDIS_URL and REDIS_URL_FILE are both set/],
  ])('refuses %p', (environment, message) => {
    expect(() => readConfiguration(environment)).toThrow(message);
  });

  it('is no folder named .env', () => {
    expect(() => readIn({}, '/dev/null')).toThrow(/^\.env cannot be read/);
  });
});
