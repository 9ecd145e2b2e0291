import { type FileRequestBody, toOptionalInstant } from '#bodies';
import type { CustomerId } from '#kernel';
import type { FileRequestInput } from '#service-request/commands';

type Defined<T> = { readonly [Field in keyof T]?: Exclude<T[Field], undefined> };

/** What was left out is absent, not undefined: an event says only what is. */
const defined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>; // exactly that

const detailsOf = (body: FileRequestBody): FileRequestInput['details'] => {
  const { customerId, title, incidentType, issueClass, preferredSupportLanguage, problemStartTime, contact } = body;
  const { description, category, product, preferredTimeZone, channel } = body;
  return {
    customerId: customerId as CustomerId,
    title,
    incidentType,
    issueClass,
    preferredSupportLanguage,
    ...defined({
      description,
      category,
      product,
      preferredTimeZone,
      problemStartTime: toOptionalInstant(problemStartTime),
      contact: contact && defined({ name: contact.name, emailAddress: contact.emailAddress }),
      channel,
    }),
  };
};

/** What is filed, and under which policies: the programme's when none is named. */
export const filingOf = (body: FileRequestBody): FileRequestInput => {
  const { impact, policyId = 'program', policyIds = [policyId] } = body;
  return { impact, policyIds, details: detailsOf(body) };
};
