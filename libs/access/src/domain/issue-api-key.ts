import type { Instant } from '#kernel';
import { type ApiKeyEvent, assertAhead, assertManages } from './api-keys.js';

/** A new key as it is recorded. */
export interface Credential {
  readonly keyId: string;
  readonly prefix: string;
  readonly hash: string;
}

export interface IssueApiKey extends Credential {
  readonly name: string;
  readonly role: string;
  readonly expiresAt: Instant | null;
  /** The role of who issues it. */
  readonly by: string;
  readonly now: Instant;
}

export const issueApiKey = ({ by, now, ...key }: IssueApiKey): readonly ApiKeyEvent[] => {
  assertManages(by, key.role);
  assertAhead(key.expiresAt, now);
  return [{ type: 'ApiKeyIssued', data: { ...key, issuedAt: now } }];
};
