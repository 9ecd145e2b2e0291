import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { reevaluateObligation } from '../../domain/reevaluate-obligation.js';
import { mustBeFiled, mustHave } from '../../domain/refusals.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { DEADLINE_CLOCK } from '../deadline-clock.js';
import { ReevaluateObligationCommand } from './reevaluate-obligation.command.js';

@CommandHandler(ReevaluateObligationCommand)
export class ReevaluateObligationHandler implements ICommandHandler<ReevaluateObligationCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
    @Inject(DEADLINE_CLOCK) private readonly deadlineClock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ReevaluateObligationCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const now = this.clock.now();
        const filed = mustBeFiled(request);
        const newest = await this.pinned.newest(meta.tenantId, filed, mustHave(filed, input.obligation), now);
        return reevaluateObligation({ ...input, now, trusted: this.deadlineClock.now() }, newest, request);
      },
      { ifRevision },
    );
  }
}
