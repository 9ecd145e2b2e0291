import { Command } from '@nestjs/cqrs';
import type { Change } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { PolicyDefinition } from '../../domain/policy-definition.js';
import type { Published } from '../../domain/definition.js';

export class PublishPolicyCommand extends Command<Change<Published<PolicyDefinition>>> {
  constructor(
    readonly policyId: string,
    readonly definition: PolicyDefinition,
    readonly meta: CommandMeta,
    readonly ifRevision?: bigint,
  ) {
    super();
  }
}
