import { hash } from 'node:crypto';
import { v7, validate } from 'uuid';
import type { Branded } from './branded.js';

export type TenantId = Branded<string, 'TenantId'>;
export type CustomerId = Branded<string, 'CustomerId'>;
export type RequestId = Branded<string, 'RequestId'>;
export type CommandId = Branded<string, 'CommandId'>;
export type CorrelationId = Branded<string, 'CorrelationId'>;
export type EventId = Branded<string, 'EventId'>;

/** Namespace of every id that Ledgerdesk derives; changing it would break idempotency for ever. */
const NAMESPACE = '6f1a3c1e-9a0b-5d57-8a57-1f6f0c2f7d11';

const RANDOM_BYTES = 16;
const pool = new Uint8Array(RANDOM_BYTES * 256);
let used = pool.length;

/** Asking for chance once for many ids is several times cheaper than once for each. */
const nextRandom = (): Uint8Array => {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool.subarray(used, (used += RANDOM_BYTES));
};

/** A time-ordered random id (UUID v7). */
export const newUuid = (): string => v7({ random: nextRandom() });

/** A UUID v5 as the library makes it, which takes twice the time; each command needs several. */
const uuidV5 = (name: string, namespace: string): string => {
  const bytes = Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from(name)]);
  const hex = hash('sha1', bytes, 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The same parts give the same id (UUID v5) on every machine, for ever. */
export const derivedUuid = (...parts: readonly string[]): string => uuidV5(parts.join('\u0000'), NAMESPACE);

/** The id of a command that was sent with an idempotency key: one per tenant and key (G4). */
export const commandIdOf = (tenantId: TenantId, idempotencyKey: string): CommandId =>
  derivedUuid('command', tenantId, idempotencyKey) as CommandId;

/** The id of a command's n-th event, so that a repeated append is recognised by the store (G4). */
export const eventIdOf = (commandId: CommandId, index: number): EventId => uuidV5(String(index), commandId) as EventId;

export const isUuid = (value: unknown): value is string => validate(value);
