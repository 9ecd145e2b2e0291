import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { reopenRequest } from '../../domain/reopen-request.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { ReopenRequestCommand } from './reopen-request.command.js';

@CommandHandler(ReopenRequestCommand)
export class ReopenRequestHandler implements ICommandHandler<ReopenRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ReopenRequestCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const now = this.clock.now();
        const termsOf = await this.pinned.onReopening(meta.tenantId, mustBeFiled(request), now);
        return reopenRequest({ ...input, now }, termsOf, request);
      },
      { ifRevision },
    );
  }
}
