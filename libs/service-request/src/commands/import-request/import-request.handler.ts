import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CustomerStore } from '#customer';
import { Clock, derivedUuid, type Instant, type RequestId, type TenantId } from '#kernel';
import { SlaCatalogue } from '#service-level';
import { importRequest } from '../../domain/import-request.js';
import type { LivedTerms } from '../../domain/import-steps.js';
import { numberOf } from '../../domain/request-number.js';
import { FilingTerms } from '../../filing-terms.js';
import { PinnedTerms } from '../../pinned-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { ImportRequestCommand } from './import-request.command.js';

@CommandHandler(ImportRequestCommand)
export class ImportRequestHandler implements ICommandHandler<ImportRequestCommand> {
  readonly #filingTerms: FilingTerms;

  constructor(
    private readonly requests: ServiceRequestStore,
    customers: CustomerStore,
    catalogue: SlaCatalogue,
    private readonly pinned: PinnedTerms,
    private readonly clock: Clock,
  ) {
    this.#filingTerms = new FilingTerms(customers, catalogue);
  }

  execute({ input, meta }: ImportRequestCommand) {
    const { filing, filedAt, importedFrom, steps, alerts } = input;
    const { tenantId, commandId } = meta;
    const requestId = derivedUuid('service-request', commandId) as RequestId;
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const now = this.clock.now();
        const terms = await this.#filingTerms.of(tenantId, filing, now);
        const details = { ...filing.details, number: numberOf(requestId, filedAt), filedAt, importedFrom };
        const filed = { requestId, details, impact: filing.impact, terms };
        return importRequest({ filing: filed, steps, alerts, now }, this.#termsAt(tenantId, now), request);
      },
      { isNew: true },
    );
  }

  /** Policies and calendars as they are now: those of then are not known here. */
  #termsAt(tenantId: TenantId, now: Instant): LivedTerms {
    return {
      asPromised: (request) => this.pinned.asPromised(tenantId, request),
      afterChange: (request, changed) => this.pinned.afterChange(tenantId, request, changed, now),
      onReopening: (request) => this.pinned.onReopening(tenantId, request, now),
      openHours: (request) => this.pinned.openHours(tenantId, request),
    };
  }
}
