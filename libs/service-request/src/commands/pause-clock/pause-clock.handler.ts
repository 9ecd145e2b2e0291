import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { pauseClock } from '../../domain/pause-clock.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { PauseClockCommand } from './pause-clock.command.js';

@CommandHandler(PauseClockCommand)
export class PauseClockHandler implements ICommandHandler<PauseClockCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: PauseClockCommand) {
    return this.requests.change(
      requestId,
      meta,
      (request) => pauseClock({ ...input, now: this.clock.now() }, request),
      { ifRevision },
    );
  }
}
