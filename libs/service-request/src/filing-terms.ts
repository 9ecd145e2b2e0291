import type { CustomerStore } from '#customer';
import { type FieldError, type Instant, type TenantId, wrongFields } from '#kernel';
import { inForce, type SlaCatalogue, type Terms } from '#service-level';
import type { FileRequestInput } from './commands/file-request/file-request.command.js';

const refuse = (errors: readonly FieldError[]): never => {
  throw wrongFields(errors);
};

/** What a filing is promised: one promise a policy that it names. */
export class FilingTerms {
  constructor(
    private readonly customers: CustomerStore,
    private readonly catalogue: SlaCatalogue,
  ) {}

  /**
   * @param at the instant whose versions of policies and calendars count
   * @throws DomainError `invalid` with every error at once: an unknown customer or policy, or one that does not fit
   */
  async of(tenantId: TenantId, input: FileRequestInput, at: Instant): Promise<readonly Terms[]> {
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
      const terms = await this.#under(policyId, input, tenantId, at);
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

  async #under(
    policyId: string,
    { impact, details }: FileRequestInput,
    tenantId: TenantId,
    at: Instant,
  ): Promise<Terms | Omit<FieldError, 'pointer'>> {
    const { customerId, incidentType, preferredSupportLanguage: language, issueClass, product } = details;
    const published = await this.catalogue.policy(tenantId, policyId);
    if (published === undefined)
      return {
        code: 'unknown-policy',
        detail: `There is no policy ${policyId}. Publish it first, or name none for the programme's.`,
      };
    const policy = inForce(policyId, published, at);
    if (policy === undefined)
      return {
        code: 'not-in-force',
        detail: `The policy ${policyId} is not in force before ${published.versions[0]?.effectiveFrom ?? 'its first version'}.`,
      };
    const facts = { impact, incidentType, language, issueClass, product, customerId };
    return (
      (await this.catalogue.terms(tenantId, policy, facts, at)) ?? {
        code: 'no-rule-fits',
        detail: `No rule of the policy ${policyId} fits this request.`,
      }
    );
  }
}
