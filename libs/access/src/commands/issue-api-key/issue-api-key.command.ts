import { Command } from '@nestjs/cqrs';
import type { IfRevision } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { IssuedKey } from '../issued-key.js';

export class IssueApiKeyCommand extends Command<IssuedKey> {
  constructor(
    readonly input: { readonly name: string; readonly role: string; readonly expiresAt: Instant | null },
    /** Its tenant is the one that the key is for. */
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
