import { ConfigurationError, readConfiguration } from './configuration.js';

const KEY = '0123456789abcdef';

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
    [{ REDIS_URL: 'http://localhost' }, /^REDIS_URL must begin with/],
    [{ REDIS_URL: 'redis://:pass/word@localhost' }, /^REDIS_URL is no valid address/],
    [{ REDIS_URL: 'redis://:pass%zzword@localhost' }, /^REDIS_URL is no valid address/],
    [{ REDIS_URL: 'redis://localhost:port' }, /^REDIS_URL is no valid address/],
    [{ KURRENTDB_URL: 'http://localhost:2113' }, /^KURRENTDB_URL must be a connection string/],
    [{ KURRENTDB_URL: 'esdb://admin:pass@word@localhost:2113' }, /^KURRENTDB_URL has a second @/],
    [{ DATABASE_URL: 'postgres://localhost/x' }, /^DATABASE_URL is set/],
    [{ LEDGERDESK_API_KEY: 'short' }, /^LEDGERDESK_API_KEY must have/],
    [{ LEDGERDESK_API_KEY: 'with a space 0123456789' }, /^LEDGERDESK_API_KEY must have/],
  ])('refuses %p with a sentence that names the variable', (environment, message) => {
    expect(() => readConfiguration(environment)).toThrow(message);
    expect(() => readConfiguration(environment)).toThrow(ConfigurationError);
  });

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
});
