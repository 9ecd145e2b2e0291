import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { mustBeFiled } from '../../domain/refusals.js';
import { resolveRequest } from '../../domain/settle-request.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { DEADLINE_CLOCK } from '../deadline-clock.js';
import { ResolveRequestCommand } from './resolve-request.command.js';

@CommandHandler(ResolveRequestCommand)
export class ResolveRequestHandler implements ICommandHandler<ResolveRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
    @Inject(DEADLINE_CLOCK) private readonly deadlineClock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ResolveRequestCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const openHoursOf = await this.pinned.openHours(meta.tenantId, mustBeFiled(request));
        return resolveRequest(
          { ...input, now: this.clock.now(), trusted: this.deadlineClock.now() },
          openHoursOf,
          request,
        );
      },
      { ifRevision },
    );
  }
}
