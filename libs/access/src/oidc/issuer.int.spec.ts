import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { eventually } from '#testing';
import { Issuer, IssuerUnavailableError } from './issuer.js';

const COOL_DOWN_MS = 1;

let server: Server;
let name: string;
let publicKey: JWK;
let published: string[];
let failsWith: number | 'no keys' | undefined;
let asked: number;

beforeAll(async () => {
  publicKey = await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey);
  server = createServer(({ url }, response) => {
    if (url !== '/jwks') {
      response.end(JSON.stringify({ issuer: name, jwks_uri: `${name}/jwks` }));
      return;
    }
    asked += 1;
    response.statusCode = typeof failsWith === 'number' ? failsWith : 200;
    const keys = published.map((kid) => ({ ...publicKey, kid }));
    response.end(JSON.stringify(failsWith === 'no keys' ? {} : { keys }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  name = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  [published, failsWith, asked] = [['one'], undefined, 0];
});
afterAll(() => server.close());

const setUp = () => {
  let now = 0;
  const issuer = new Issuer(name, { timeoutMs: 500, coolDownMs: COOL_DOWN_MS, keepMs: 60_000 }, () => now);
  const keyOf = async (kid: string) => issuer.keyOf({ alg: 'ES256', kid }, { payload: '', signature: '' });
  const isAway = async (kid: string): Promise<boolean> =>
    keyOf(kid).then(
      () => false,
      (error: unknown) => error instanceof IssuerUnavailableError,
    );
  return { keyOf, isAway, coolDown: () => (now += COOL_DOWN_MS) };
};

describe('an issuer whose keys cannot be read any more', () => {
  it.each([500, 'no keys'] as const)('is left in peace, however many tokens name unknown keys: %s', async (failure) => {
    const { keyOf, isAway } = setUp();
    await keyOf('one');
    failsWith = failure;
    await eventually(() => isAway('two'), { what: 'the issuer to be asked' });
    const before = asked;
    for (let n = 0; n < 20; n += 1) expect(await isAway(`kid-${n}`)).toBe(true);
    expect(asked).toBe(before);
    expect(await keyOf('one')).toBeDefined();
  });

  it('is asked again later', async () => {
    const { keyOf, isAway, coolDown } = setUp();
    await keyOf('one');
    failsWith = 500;
    await eventually(() => isAway('two'), { what: 'the issuer to be asked' });
    [published, failsWith] = [['one', 'two'], undefined];
    expect(await isAway('two')).toBe(true);
    coolDown();
    expect(await keyOf('two')).toBeDefined();
  });
});
