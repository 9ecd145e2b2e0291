import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CustomerStore } from '#customer';
import {
  Clock,
  type CommandMeta,
  derivedUuid,
  DomainError,
  type FieldError,
  type Instant,
  newUuid,
  type RequestId,
} from '#kernel';
import { inForce, SlaCatalogue, type Terms } from '#service-level';
import { fileRequest } from '../../domain/file-request.js';
import { numberOf } from '../../domain/request-number.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { FileRequestCommand, type FileRequestInput } from './file-request.command.js';

const refuse = (error: FieldError): never => {
  throw new DomainError('invalid', 'validation', 'The service request cannot be filed as sent.', { errors: [error] });
};

/**
 * With a key the id follows from the command's, so that filing again finds the first one (G4). Without one it follows
 * the time, so that what is filed together lies together in every index.
 */
const requestIdOf = ({ commandId, fingerprint }: CommandMeta): RequestId =>
  (fingerprint === undefined ? newUuid() : derivedUuid('service-request', commandId)) as RequestId;

@CommandHandler(FileRequestCommand)
export class FileRequestHandler implements ICommandHandler<FileRequestCommand> {
  constructor(
    private readonly requests: ServiceRequestStore,
    private readonly customers: CustomerStore,
    private readonly catalogue: SlaCatalogue,
    private readonly clock: Clock,
  ) {}

  execute({ input, meta }: FileRequestCommand) {
    const requestId = requestIdOf(meta);
    const { impact, details } = input;
    return this.requests.change(
      requestId,
      meta,
      async (request) => {
        const filedAt = this.clock.now();
        const terms = await this.#terms(input, meta, filedAt);
        return fileRequest(
          { requestId, impact, terms, details: { ...details, number: numberOf(requestId, filedAt), filedAt } },
          request,
        );
      },
      { isNew: true },
    );
  }

  async #terms(input: FileRequestInput, { tenantId }: CommandMeta, filedAt: Instant): Promise<Terms> {
    const { policyId, impact, details } = input;
    const { customerId, incidentType, preferredSupportLanguage: language, issueClass, product } = details;
    if (!(await this.customers.exists(tenantId, customerId)))
      return refuse({
        pointer: '#/customerId',
        code: 'unknown-customer',
        detail: `There is no customer ${customerId}. Register it first with PUT /v1/customers/${customerId}.`,
      });
    const published = await this.catalogue.policy(tenantId, policyId);
    if (published === undefined)
      return refuse({
        pointer: '#/policyId',
        code: 'unknown-policy',
        detail: `There is no policy ${policyId}. Publish it first, or leave policyId out for the programme's.`,
      });
    const policy = inForce(policyId, published, filedAt);
    if (policy === undefined)
      return refuse({
        pointer: '#/policyId',
        code: 'not-in-force',
        detail: `The policy ${policyId} is not in force before ${published.versions[0]?.effectiveFrom ?? 'its first version'}.`,
      });
    const facts = { impact, incidentType, language, issueClass, product, customerId };
    const terms = await this.catalogue.terms(tenantId, policy, facts, filedAt);
    return (
      terms ??
      refuse({
        pointer: '#/policyId',
        code: 'no-rule-fits',
        detail: `No rule of the policy ${policyId} fits this request.`,
      })
    );
  }
}
