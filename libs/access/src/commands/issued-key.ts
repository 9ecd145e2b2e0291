import type { Change } from '#aggregates';
import { type CommandId, derivedUuid } from '#kernel';
import type { ApiKeys } from '../domain/api-keys.js';

/** What a command that makes a key leads to. */
export interface IssuedKey {
  readonly keyId: string;
  /** Null when the command had been carried out before: what was shown once is kept nowhere. */
  readonly key: string | null;
  readonly change: Change<ApiKeys>;
}

/** So that a repeat of the command finds the key that it made. */
export const keyIdOf = (commandId: CommandId): string => derivedUuid('api-key', commandId);
