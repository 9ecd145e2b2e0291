import { ROLES } from '../roles.js';
import type { Instant } from '#kernel';
import { at, specify } from '#testing';
import { apiKeysType, type ApiKeyEvent } from './api-keys.js';
import { issueApiKey } from './issue-api-key.js';
import { revokeApiKey } from './revoke-api-key.js';
import { rotateApiKey } from './rotate-api-key.js';

const given = specify(apiKeysType);

const issued = (keyId: string, role = 'administrator', expiresAt: Instant | null = null): ApiKeyEvent => ({
  type: 'ApiKeyIssued',
  data: { keyId, name: keyId, prefix: `ldk_${keyId}`, hash: `hash-${keyId}`, role, issuedAt: at('00:00'), expiresAt },
});
const revoked = (keyId: string): ApiKeyEvent => ({
  type: 'ApiKeyRevoked',
  data: { keyId, reason: 'leaked', revokedAt: at('00:30') },
});

const successor = { keyId: 'next', prefix: 'ldk_next', hash: 'hash-next' };
const HOUR_MS = 3_600_000;
const by = 'administrator';

describe('issuing a key', () => {
  const issue = (role: string, who = by, expiresAt: Instant | null = null) =>
    issueApiKey({ ...successor, name: 'Portal', role, expiresAt, by: who, now: at('01:00') });

  it('records its hash and prefix', () =>
    given()
      .when(() => issue('service'))
      .emits([
        {
          type: 'ApiKeyIssued',
          data: { ...successor, name: 'Portal', role: 'service', issuedAt: at('01:00'), expiresAt: null },
        },
      ]));

  it.each(ROLES)('of the role %s is for administrators', (role) =>
    given()
      .when(() => issue(role))
      .emitsLike([{ data: { role } }]),
  );

  it.each([
    ['userManagementAdmin', 'administrator'],
    ['userManagementAdmin', 'dutyManager'],
    ['userManagementAdmin', 'userManagementAdmin'],
    ['userManagementAdmin', 'auditor'],
    ['userManagementAdmin', 'service'],
    ['globalAdmin', 'administrator'],
    ['auditor', 'auditor'],
    ['constructor', 'auditor'],
  ])('is refused to a %s for the role %s', (who, role) =>
    given()
      .when(() => issue(role, who))
      .refuses({ kind: 'forbidden', code: 'role-not-yours-to-give' }),
  );

  it('takes an end ahead, not one that is past or now', () => {
    given()
      .when(() => issue('service', by, at('01:00:01')))
      .emitsLike([{}]);
    given()
      .when(() => issue('service', by, at('01:00')))
      .refuses({ kind: 'invalid', code: 'validation', pointers: ['#/expiresAt'] });
  });
});

describe('rotating a key', () => {
  const rotate = (keyId = 'a', who = by) =>
    ((state) => rotateApiKey({ keyId, successor, overlapMs: HOUR_MS, by: who, now: at('01:00') }, state)) satisfies (
      state: (typeof apiKeysType)['initial'],
    ) => readonly ApiKeyEvent[];

  it('makes one of the same name and role, and ends the old one after the overlap', () =>
    given(issued('a', 'service'))
      .when(rotate())
      .emitsLike([
        { type: 'ApiKeyIssued', data: { ...successor, name: 'a', role: 'service', expiresAt: null } },
        { type: 'ApiKeyRotated', data: { keyId: 'a', replacedBy: 'next', endsAt: at('02:00') } },
      ]));

  it('gives the new one as long a life as the old one had', () =>
    given(issued('a', 'service', at('03:00')))
      .when(rotate())
      .emitsLike([{ data: { expiresAt: at('04:00') } }, {}]));

  it('gives it no end after the year 9999', () =>
    given(issued('a', 'service', '9999-12-31T23:59:59.000Z' as Instant))
      .when(rotate())
      .emitsLike([{ data: { expiresAt: '9999-12-31T23:59:59.999Z' } }, {}]));

  it('does not lengthen the life of the old one', () => {
    const { state } = given(issued('a', 'service', at('01:30'))).after(rotate());
    expect(state.keys.map(({ expiresAt }) => expiresAt)).toEqual([at('01:30'), at('02:30')]);
  });

  it('is refused for what has ended, was replaced or is not there', () => {
    given(issued('a', 'service'), revoked('a')).when(rotate()).refuses({ kind: 'conflict', code: 'api-key-ended' });
    given(issued('a', 'service', at('01:00')))
      .when(rotate())
      .refuses({ kind: 'conflict', code: 'api-key-ended' });
    given(issued('a', 'service')).after(rotate()).when(rotate()).refuses({ kind: 'conflict', code: 'api-key-ended' });
    given().when(rotate()).refuses({ kind: 'not-found', code: 'api-key-not-found' });
  });

  it("of an administrator's is not for those who manage users", () =>
    given(issued('a'))
      .when(rotate('a', 'userManagementAdmin'))
      .refuses({ kind: 'forbidden', code: 'role-not-yours-to-give' }));
});

describe('revoking a key', () => {
  const revoke = (keyId = 'a') =>
    ((state) => revokeApiKey({ keyId, reason: 'leaked', by, now: at('01:00') }, state)) satisfies (
      state: (typeof apiKeysType)['initial'],
    ) => readonly ApiKeyEvent[];
  const last = { kind: 'conflict', code: 'last-administrator-key' } as const;

  it('says why', () =>
    given(issued('a', 'service'))
      .when(revoke())
      .emits([{ type: 'ApiKeyRevoked', data: { keyId: 'a', reason: 'leaked', revokedAt: at('01:00') } }]));

  it('does nothing to what has ended', () => {
    given(issued('a', 'service'), revoked('a')).when(revoke()).emitsNothing();
    given(issued('a', 'service', at('01:00')))
      .when(revoke())
      .emitsNothing();
  });

  it("is refused for the last administrator's", () => {
    given(issued('a')).when(revoke()).refuses(last);
    given(issued('a'), issued('b'), revoked('b')).when(revoke()).refuses(last);
    given(issued('a'), issued('b', 'globalAdmin')).when(revoke()).refuses(last);
    given(issued('a'), issued('b')).when(revoke()).emitsLike([{}]);
  });

  it('is refused where the other administrator would end sooner', () => {
    given(issued('a'), issued('b', 'administrator', at('09:00')))
      .when(revoke())
      .refuses(last);
    given(issued('a', 'administrator', at('09:00')), issued('b'))
      .when(revoke())
      .emitsLike([{}]);
  });
});
