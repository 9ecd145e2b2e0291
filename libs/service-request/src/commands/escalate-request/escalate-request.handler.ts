import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { escalate } from '../../domain/escalate.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { EscalateRequestCommand } from './escalate-request.command.js';

@CommandHandler(EscalateRequestCommand)
export class EscalateRequestHandler implements ICommandHandler<EscalateRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: EscalateRequestCommand) {
    return this.requests.change(requestId, meta, (request) => escalate({ ...input, now: this.clock.now() }, request), {
      ifRevision,
    });
  }
}
