import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { closeRequest } from '../../domain/settle-request.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { CloseRequestCommand } from './close-request.command.js';

@CommandHandler(CloseRequestCommand)
export class CloseRequestHandler implements ICommandHandler<CloseRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: CloseRequestCommand) {
    return this.requests.change(
      requestId,
      meta,
      (request) => closeRequest({ ...input, now: this.clock.now() }, request),
      { ifRevision },
    );
  }
}
