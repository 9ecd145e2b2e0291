import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { giveResponse } from '../../domain/give-response.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { DEADLINE_CLOCK } from '../deadline-clock.js';
import { GiveResponseCommand } from './give-response.command.js';

@CommandHandler(GiveResponseCommand)
export class GiveResponseHandler implements ICommandHandler<GiveResponseCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
    @Inject(DEADLINE_CLOCK) private readonly deadlineClock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: GiveResponseCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const openHoursOf = await this.pinned.openHours(meta.tenantId, mustBeFiled(request));
        return giveResponse(
          { ...input, now: this.clock.now(), trusted: this.deadlineClock.now() },
          openHoursOf,
          request,
        );
      },
      { ifRevision },
    );
  }
}
