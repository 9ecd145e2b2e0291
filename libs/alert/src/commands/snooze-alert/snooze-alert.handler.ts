import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { AlertStore } from '../../alert.store.js';
import { snoozeAlert } from '../../domain/alert.js';
import { SnoozeAlertCommand } from './snooze-alert.command.js';

@CommandHandler(SnoozeAlertCommand)
export class SnoozeAlertHandler implements ICommandHandler<SnoozeAlertCommand> {
  constructor(
    private readonly alerts: AlertStore,
    private readonly clock: Clock,
  ) {}

  execute({ alertId, until, meta, ifRevision }: SnoozeAlertCommand) {
    return this.alerts.change(
      alertId,
      meta,
      (alert) => snoozeAlert({ by: meta.actor.id, until, now: this.clock.now() }, alert),
      {
        ifRevision,
      },
    );
  }
}
