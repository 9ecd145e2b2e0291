import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#kernel';
import { changeLanguage } from '../../domain/change-language.js';
import { mustBeFiled } from '../../domain/refusals.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { DEADLINE_CLOCK } from '../deadline-clock.js';
import { ChangeLanguageCommand } from './change-language.command.js';

@CommandHandler(ChangeLanguageCommand)
export class ChangeLanguageHandler implements ICommandHandler<ChangeLanguageCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
    @Inject(DEADLINE_CLOCK) private readonly deadlineClock: Clock,
  ) {}

  execute({ requestId, input, meta, ifRevision }: ChangeLanguageCommand) {
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const { preferredSupportLanguage } = input;
        const termsOf = await this.pinned.afterChange(meta.tenantId, mustBeFiled(request), {
          preferredSupportLanguage,
        });
        return changeLanguage({ ...input, now: this.clock.now(), trusted: this.deadlineClock.now() }, termsOf, request);
      },
      { ifRevision },
    );
  }
}
