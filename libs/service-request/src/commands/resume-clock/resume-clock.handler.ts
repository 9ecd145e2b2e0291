import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { resumeClock } from '../../domain/resume-clock.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { ResumeClockCommand } from './resume-clock.command.js';

@CommandHandler(ResumeClockCommand)
export class ResumeClockHandler implements ICommandHandler<ResumeClockCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ResumeClockCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const asPromised = await this.pinned.asPromised(meta.tenantId, mustBeFiled(request));
        return resumeClock({ ...input, now: this.clock.now() }, asPromised, request);
      },
      { ifRevision },
    );
  }
}
