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
  type TenantId,
} from '#kernel';
import { inForce, SlaCatalogue, type Terms } from '#service-level';
import { fileRequest } from '../../domain/file-request.js';
import { numberOf } from '../../domain/request-number.js';
import { ServiceRequestStore } from '../../service-request.store.js';
import { FileRequestCommand, type FileRequestInput } from './file-request.command.js';

const refuse = (errors: readonly FieldError[]): never => {
  throw new DomainError('invalid', 'validation', 'The service request cannot be filed as sent.', { errors });
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

  async #terms(input: FileRequestInput, { tenantId }: CommandMeta, filedAt: Instant): Promise<readonly Terms[]> {
    const { policyIds, details } = input;
    const { customerId } = details;
    if (!(await this.customers.exists(tenantId, customerId)))
      return refuse([
        {
          pointer: '#/customerId',
          code: 'unknown-customer',
          detail: `There is no customer ${customerId}. Register it first with PUT /v1/customers/${customerId}.`,
        },
      ]);
    const found: Terms[] = [];
    const errors: FieldError[] = [];
    for (const [index, policyId] of policyIds.entries()) {
      const terms = await this.#termsUnder(policyId, input, tenantId, filedAt);
      const pointer = policyIds.length === 1 ? '#/policyId' : `#/policyIds/${index}`;
      if ('code' in terms) errors.push({ pointer, ...terms });
      else if (found.some(({ obligation }) => obligation === terms.obligation))
        errors.push({
          pointer,
          code: 'same-obligation',
          detail: `Another policy of this request promises a ${terms.obligation} already.`,
        });
      else found.push(terms);
    }
    return errors.length > 0 ? refuse(errors) : found;
  }

  async #termsUnder(
    policyId: string,
    { impact, details }: FileRequestInput,
    tenantId: TenantId,
    filedAt: Instant,
  ): Promise<Terms | Omit<FieldError, 'pointer'>> {
    const { customerId, incidentType, preferredSupportLanguage: language, issueClass, product } = details;
    const published = await this.catalogue.policy(tenantId, policyId);
    if (published === undefined)
      return {
        code: 'unknown-policy',
        detail: `There is no policy ${policyId}. Publish it first, or name none for the programme's.`,
      };
    const policy = inForce(policyId, published, filedAt);
    if (policy === undefined)
      return {
        code: 'not-in-force',
        detail: `The policy ${policyId} is not in force before ${published.versions[0]?.effectiveFrom ?? 'its first version'}.`,
      };
    const facts = { impact, incidentType, language, issueClass, product, customerId };
    return (
      (await this.catalogue.terms(tenantId, policy, facts, filedAt)) ?? {
        code: 'no-rule-fits',
        detail: `No rule of the policy ${policyId} fits this request.`,
      }
    );
  }
}
