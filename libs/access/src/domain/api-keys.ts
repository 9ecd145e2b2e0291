import { type AggregateType, EventCodec } from '#aggregates';
import { DomainError, type DomainEvent, type Instant, wrongFields } from '#kernel';
import { rolesManagedBy } from '../roles.js';

/** Only the hash is ever recorded: a key cannot be read back from the history. */
export type ApiKeyIssued = DomainEvent<
  'ApiKeyIssued',
  {
    keyId: string;
    name: string;
    /** How the key begins, so that people know which one it is; null for one from before keys had names. */
    prefix: string | null;
    hash: string;
    role: string;
    issuedAt: Instant;
    expiresAt: Instant | null;
  }
>;
export type ApiKeyRotated = DomainEvent<
  'ApiKeyRotated',
  { keyId: string; replacedBy: string; rotatedAt: Instant; endsAt: Instant }
>;
export type ApiKeyRevoked = DomainEvent<'ApiKeyRevoked', { keyId: string; reason: string; revokedAt: Instant }>;
export type ApiKeyEvent = ApiKeyIssued | ApiKeyRotated | ApiKeyRevoked;

export type ApiKey = ApiKeyIssued['data'] & {
  readonly replacedBy: string | null;
  readonly revokedAt: Instant | null;
};

/** The keys of a tenant, in the order of issue: together, because the last administrator's must stay. */
export type ApiKeys = { readonly keys: readonly ApiKey[] };

const withKey = ({ keys }: ApiKeys, keyId: string, change: (key: ApiKey) => ApiKey): ApiKeys => ({
  keys: keys.map((key) => (key.keyId === keyId ? change(key) : key)),
});

const earlier = (one: Instant | null, other: Instant): Instant => (one !== null && one < other ? one : other);

const evolve = (state: ApiKeys, event: ApiKeyEvent): ApiKeys => {
  switch (event.type) {
    case 'ApiKeyIssued':
      return { keys: [...state.keys, { ...event.data, replacedBy: null, revokedAt: null }] };
    case 'ApiKeyRotated': {
      const { keyId, replacedBy, endsAt } = event.data;
      return withKey(state, keyId, (key) => ({ ...key, replacedBy, expiresAt: earlier(key.expiresAt, endsAt) }));
    }
    case 'ApiKeyRevoked': {
      const { keyId, revokedAt } = event.data;
      return withKey(state, keyId, (key) => ({ ...key, revokedAt }));
    }
  }
};

export const apiKeysType: AggregateType<ApiKeys, ApiKeyEvent> = {
  category: 'access',
  initial: { keys: [] },
  evolve,
  codec: new EventCodec<ApiKeyEvent>({
    // There was one kind of key: the one of the first start.
    ApiKeyIssued: [(data) => ({ ...data, name: 'First administrator', prefix: null, expiresAt: null })],
    ApiKeyRotated: [],
    ApiKeyRevoked: [],
  }),
};

/** All keys of a tenant are one stream of this id. */
export const KEYS = 'keys';

export const isInForce = ({ revokedAt, expiresAt }: ApiKey, now: Instant): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);

/** @throws DomainError `not-found` */
export const keyOf = ({ keys }: ApiKeys, keyId: string): ApiKey => {
  const key = keys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined) throw new DomainError('not-found', 'api-key-not-found', 'There is no API key with this id.');
  return key;
};

/** Nobody makes a key that may more than they. @throws DomainError `forbidden` */
export const assertManages = (by: string, role: string): void => {
  const managed = rolesManagedBy(by);
  if (managed.some((candidate) => candidate === role)) return;
  throw new DomainError(
    'forbidden',
    'role-not-yours-to-give',
    `The role ${by} manages keys of the roles ${managed.join(', ')}, not of ${role}.`,
  );
};

/** @throws DomainError `invalid` for a key that would never work */
export const assertAhead = (expiresAt: Instant | null, now: Instant): void => {
  if (expiresAt === null || expiresAt > now) return;
  const detail = 'expiresAt must be in the future.';
  throw wrongFields([{ pointer: '#/expiresAt', code: 'past', detail }]);
};
