import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { annulBreach } from '../../domain/annul-breach.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { AnnulBreachCommand } from './annul-breach.command.js';

@CommandHandler(AnnulBreachCommand)
export class AnnulBreachHandler implements ICommandHandler<AnnulBreachCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: AnnulBreachCommand) {
    return this.requests.change(
      requestId,
      meta,
      (request) => annulBreach({ ...input, now: this.clock.now() }, request),
      { ifRevision },
    );
  }
}
