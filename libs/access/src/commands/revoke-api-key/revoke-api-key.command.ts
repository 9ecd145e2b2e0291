import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { ApiKeys } from '../../domain/api-keys.js';

export class RevokeApiKeyCommand extends Command<Change<ApiKeys>> {
  constructor(
    readonly keyId: string,
    readonly reason: string,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
