import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { giveResponse } from '../../domain/give-response.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { GiveResponseCommand } from './give-response.command.js';

@CommandHandler(GiveResponseCommand)
export class GiveResponseHandler implements ICommandHandler<GiveResponseCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: GiveResponseCommand) {
    return this.requests.change(
      requestId,
      meta,
      (request) => giveResponse({ ...input, now: this.clock.now() }, request),
      { ifRevision },
    );
  }
}
