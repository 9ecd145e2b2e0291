import { Command } from '@nestjs/cqrs';
import type { IfRevision } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { IssuedKey } from '../issued-key.js';

export class RotateApiKeyCommand extends Command<IssuedKey> {
  constructor(
    readonly keyId: string,
    readonly overlapMs: number,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
