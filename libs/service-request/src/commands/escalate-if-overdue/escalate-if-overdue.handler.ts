import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { escalateIfOverdue } from '../../domain/escalate-if-overdue.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { EscalateIfOverdueCommand } from './escalate-if-overdue.command.js';

@CommandHandler(EscalateIfOverdueCommand)
export class EscalateIfOverdueHandler implements ICommandHandler<EscalateIfOverdueCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta }: EscalateIfOverdueCommand) {
    return this.requests.change(requestId, meta, (request) =>
      escalateIfOverdue({ ...input, now: this.clock.now() }, request),
    );
  }
}
