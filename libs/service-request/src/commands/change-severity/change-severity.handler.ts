import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { changeSeverity } from '../../domain/change-severity.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { DEADLINE_CLOCK } from '../deadline-clock.js';
import { ChangeSeverityCommand } from './change-severity.command.js';

@CommandHandler(ChangeSeverityCommand)
export class ChangeSeverityHandler implements ICommandHandler<ChangeSeverityCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
    @Inject(DEADLINE_CLOCK) private readonly deadlineClock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ChangeSeverityCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const { impact } = input;
        const termsOf = await this.pinned.afterChange(meta.tenantId, mustBeFiled(request), { impact });
        return changeSeverity({ ...input, now: this.clock.now(), trusted: this.deadlineClock.now() }, termsOf, request);
      },
      { ifRevision },
    );
  }
}
