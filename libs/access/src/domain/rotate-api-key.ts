import { DomainError, type Instant, instantFromMs, instantToMs } from '#kernel';
import { type ApiKey, type ApiKeyEvent, type ApiKeys, assertManages, isInForce, keyOf } from './api-keys.js';
import type { Credential } from './issue-api-key.js';

export interface RotateApiKey {
  readonly keyId: string;
  readonly successor: Credential;
  /** How long both work. */
  readonly overlapMs: number;
  /** The role of who rotates it. */
  readonly by: string;
  readonly now: Instant;
}

/** A later one would need a year of five digits, and sort before all others. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** A key that was to live for ninety days is followed by another one that does. */
const expiryLike = ({ issuedAt, expiresAt }: ApiKey, now: Instant): Instant | null =>
  expiresAt === null
    ? null
    : instantFromMs(Math.min(LAST_MS, instantToMs(now) + instantToMs(expiresAt) - instantToMs(issuedAt)));

export const rotateApiKey = (
  { keyId, successor, overlapMs, by, now }: RotateApiKey,
  state: ApiKeys,
): readonly ApiKeyEvent[] => {
  const key = keyOf(state, keyId);
  assertManages(by, key.role);
  if (!isInForce(key, now) || key.replacedBy !== null)
    throw new DomainError(
      'conflict',
      'api-key-ended',
      'The key has ended, or a newer one replaces it. Issue a new one.',
    );
  const { name, role } = key;
  const endsAt = instantFromMs(instantToMs(now) + overlapMs);
  return [
    { type: 'ApiKeyIssued', data: { ...successor, name, role, issuedAt: now, expiresAt: expiryLike(key, now) } },
    { type: 'ApiKeyRotated', data: { keyId, replacedBy: successor.keyId, rotatedAt: now, endsAt } },
  ];
};
