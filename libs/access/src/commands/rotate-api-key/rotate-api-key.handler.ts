import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { ApiKeyStore } from '../../api-key.store.js';
import { type ApiKeys, KEYS } from '../../domain/api-keys.js';
import { rotateApiKey } from '../../domain/rotate-api-key.js';
import { KeyIndex } from '../../key-index.js';
import { newSecret } from '../../secret.js';
import { type IssuedKey, keyIdOf } from '../issued-key.js';
import { RotateApiKeyCommand } from './rotate-api-key.command.js';

@CommandHandler(RotateApiKeyCommand)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKeyCommand> {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly known: KeyIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ keyId, overlapMs, meta, ifRevision }: RotateApiKeyCommand): Promise<IssuedKey> {
    const { key, ...secret } = newSecret();
    const successor = { ...secret, keyId: keyIdOf(meta.commandId) };
    const decide = (state: ApiKeys) =>
      rotateApiKey({ keyId, successor, overlapMs, by: meta.actor.role, now: this.clock.now() }, state);
    const change = await this.keys.change(KEYS, meta, decide, { ifRevision });
    this.known.learnKeys(meta.tenantId, change);
    return { keyId: successor.keyId, key: change.replayed ? null : key, change };
  }
}
