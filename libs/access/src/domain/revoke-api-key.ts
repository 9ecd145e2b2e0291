import { DomainError, type Instant } from '#kernel';
import { type ApiKey, type ApiKeyEvent, type ApiKeys, assertManages, isInForce, keyOf } from './api-keys.js';

export interface RevokeApiKey {
  readonly keyId: string;
  readonly reason: string;
  /** The role of who revokes it. */
  readonly by: string;
  readonly now: Instant;
}

const outlives = (one: ApiKey, other: ApiKey): boolean =>
  one.expiresAt === null || (other.expiresAt !== null && one.expiresAt >= other.expiresAt);

/** Whether nobody could manage the tenant's keys any more, or not for as long as with this key. */
const isLastAdministrator = (key: ApiKey, { keys }: ApiKeys, now: Instant): boolean =>
  key.role === 'administrator' &&
  !keys.some(
    (other) => other.keyId !== key.keyId && other.role === key.role && isInForce(other, now) && outlives(other, key),
  );

/** A key that has ended is as good as revoked. */
export const revokeApiKey = ({ keyId, reason, by, now }: RevokeApiKey, state: ApiKeys): readonly ApiKeyEvent[] => {
  const key = keyOf(state, keyId);
  assertManages(by, key.role);
  if (!isInForce(key, now)) return [];
  if (isLastAdministrator(key, state, now))
    throw new DomainError(
      'conflict',
      'last-administrator-key',
      "This is the last administrator's key. Issue or rotate one first, then revoke this one.",
    );
  return [{ type: 'ApiKeyRevoked', data: { keyId, reason, revokedAt: now } }];
};
