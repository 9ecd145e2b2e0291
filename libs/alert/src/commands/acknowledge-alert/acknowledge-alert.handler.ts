import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { AlertStore } from '../../alert.store.js';
import { acknowledgeAlert } from '../../domain/alert.js';
import { AcknowledgeAlertCommand } from './acknowledge-alert.command.js';

@CommandHandler(AcknowledgeAlertCommand)
export class AcknowledgeAlertHandler implements ICommandHandler<AcknowledgeAlertCommand> {
  constructor(
    private readonly alerts: AlertStore,
    private readonly clock: Clock,
  ) {}

  execute({ alertId, meta, ifRevision }: AcknowledgeAlertCommand) {
    return this.alerts.change(
      alertId,
      meta,
      (alert) => acknowledgeAlert({ by: meta.actor.id, now: this.clock.now() }, alert),
      {
        ifRevision,
      },
    );
  }
}
