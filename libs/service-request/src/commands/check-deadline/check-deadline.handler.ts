import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Clock } from '#kernel';
import { checkDeadline } from '../../domain/check-deadline.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { DEADLINE_CLOCK } from '../deadline-clock.js';
import { CheckDeadlineCommand } from './check-deadline.command.js';

@CommandHandler(CheckDeadlineCommand)
export class CheckDeadlineHandler implements ICommandHandler<CheckDeadlineCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    @Inject(DEADLINE_CLOCK) private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta }: CheckDeadlineCommand) {
    return this.requests.change(requestId, meta, (request) =>
      checkDeadline({ ...input, now: this.clock.now() }, request),
    );
  }
}
