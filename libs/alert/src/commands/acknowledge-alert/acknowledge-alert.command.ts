import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta } from '#kernel';
import type { Alert } from '../../domain/alert.js';

export class AcknowledgeAlertCommand extends Command<Change<Alert>> {
  constructor(
    readonly alertId: string,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
