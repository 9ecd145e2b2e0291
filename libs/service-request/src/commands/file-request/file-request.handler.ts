import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CustomerStore } from '#customer';
import { Clock, type CommandMeta, derivedUuid, newUuid, type RequestId } from '#kernel';
import { SlaCatalogue } from '#service-level';
import { fileRequest } from '../../domain/file-request.js';
import { numberOf } from '../../domain/request-number.js';
import { FilingTerms } from '../../filing-terms.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { FileRequestCommand } from './file-request.command.js';

/**
 * With a key the id follows from the command's, so that filing again finds the first one (G4). Without one it follows
 * the time, so that what is filed together lies together in every index.
 */
const requestIdOf = ({ commandId, fingerprint }: CommandMeta): RequestId =>
  (fingerprint === undefined ? newUuid() : derivedUuid('service-request', commandId)) as RequestId;

@CommandHandler(FileRequestCommand)
export class FileRequestHandler implements ICommandHandler<FileRequestCommand> {
  readonly #terms: FilingTerms;

  constructor(
    private readonly requests: ServiceRequestStore,
    customers: CustomerStore,
    catalogue: SlaCatalogue,
    private readonly clock: Clock,
  ) {
    this.#terms = new FilingTerms(customers, catalogue);
  }

  execute({ input, meta }: FileRequestCommand) {
    const requestId = requestIdOf(meta);
    const { impact, details } = input;
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const filedAt = this.clock.now();
        const terms = await this.#terms.of(meta.tenantId, input, filedAt);
        return fileRequest(
          { requestId, impact, terms, details: { ...details, number: numberOf(requestId, filedAt), filedAt } },
          request,
        );
      },
      { isNew: true },
    );
  }
}
