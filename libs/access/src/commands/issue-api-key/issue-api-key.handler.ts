import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { ApiKeyStore } from '../../api-key.store.js';
import { KEYS } from '../../domain/api-keys.js';
import { issueApiKey } from '../../domain/issue-api-key.js';
import { KeyIndex } from '../../key-index.js';
import { newSecret } from '../../secret.js';
import { type IssuedKey, keyIdOf } from '../issued-key.js';
import { IssueApiKeyCommand } from './issue-api-key.command.js';

@CommandHandler(IssueApiKeyCommand)
export class IssueApiKeyHandler implements ICommandHandler<IssueApiKeyCommand> {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly known: KeyIndex,
    private readonly clock: Clock,
  ) {}

  async execute({ input, meta, ifRevision }: IssueApiKeyCommand): Promise<IssuedKey> {
    const { key, ...secret } = newSecret();
    const keyId = keyIdOf(meta.commandId);
    const decide = () => issueApiKey({ ...input, ...secret, keyId, by: meta.actor.role, now: this.clock.now() });
    const change = await this.keys.change(KEYS, meta, decide, { ifRevision });
    this.known.learnKeys(meta.tenantId, change);
    return { keyId, key: change.replayed ? null : key, change };
  }
}
