import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { ApiKeyStore } from '../../api-key.store.js';
import { type ApiKeys, KEYS } from '../../domain/api-keys.js';
import { revokeApiKey } from '../../domain/revoke-api-key.js';
import { KeyIndex } from '../../key-index.js';
import { RevokeApiKeyCommand } from './revoke-api-key.command.js';

@CommandHandler(RevokeApiKeyCommand)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKeyCommand> {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly known: KeyIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ keyId, reason, meta, ifRevision }: RevokeApiKeyCommand) {
    const decide = (state: ApiKeys) =>
      revokeApiKey({ keyId, reason, by: meta.actor.role, now: this.clock.now() }, state);
    const change = await this.keys.change(KEYS, meta, decide, { ifRevision });
    this.known.learnKeys(meta.tenantId, change);
    return change;
  }
}
