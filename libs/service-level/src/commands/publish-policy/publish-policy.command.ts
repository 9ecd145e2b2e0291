import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { PolicyDefinition } from '../../domain/policy-definition.js';
import type { Published } from '../../domain/definition.js';

export class PublishPolicyCommand extends Command<Change<Published<PolicyDefinition>>> {
  constructor(
    readonly policyId: string,
    readonly definition: PolicyDefinition,
    /** At once when undefined. */
    readonly effectiveFrom: Instant | undefined,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
