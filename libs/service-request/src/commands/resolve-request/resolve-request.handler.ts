import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { resolveRequest } from '../../domain/settle-request.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { ResolveRequestCommand } from './resolve-request.command.js';

@CommandHandler(ResolveRequestCommand)
export class ResolveRequestHandler implements ICommandHandler<ResolveRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ResolveRequestCommand) {
    return this.requests.change(
      requestId,
      meta,
      (request) => resolveRequest({ ...input, now: this.clock.now() }, request),
      { ifRevision },
    );
  }
}
