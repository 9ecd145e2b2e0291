import { Command } from '@nestjs/cqrs';
import type { Change, IfRevision } from '#aggregates';
import type { CommandMeta, Instant } from '#kernel';
import type { Alert } from '../../domain/alert.js';

export class SnoozeAlertCommand extends Command<Change<Alert>> {
  constructor(
    readonly alertId: string,
    readonly until: Instant,
    readonly meta: CommandMeta,
    readonly ifRevision?: IfRevision,
  ) {
    super();
  }
}
