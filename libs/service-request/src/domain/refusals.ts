import { DomainError, type RequestId } from '#kernel';
import { type Obligation, sameObligation } from './obligation.state.js';
import type { ObligationKey } from './service-request.events.js';
import { type FiledRequest, isSettled, type OpenRequest, type ServiceRequest } from './service-request.state.js';

/** @throws DomainError `not-found` when it was never filed */
export const mustBeFiled = (request: ServiceRequest): FiledRequest => {
  if (request.status === 'notFiled')
    throw new DomainError('not-found', 'service-request-not-found', 'There is no service request with this id.');
  return request;
};

/** @throws DomainError `conflict` when it is resolved or closed, or was merged into another */
export const mustBeOpen = (request: ServiceRequest): OpenRequest => {
  const filed = mustBeFiled(request);
  if (filed.mergedInto !== undefined) throw mergedElsewhere(filed.mergedInto);
  if (isSettled(filed))
    throw new DomainError(
      'conflict',
      'service-request-settled',
      `The service request is ${filed.status}. Reopen it first.`,
    );
  return filed;
};

/** @throws DomainError `not-found` when the request has no such obligation */
export const mustHave = ({ obligations }: FiledRequest, key: ObligationKey): Obligation => {
  const found = obligations.find((obligation) => sameObligation(obligation, key));
  if (found === undefined)
    throw new DomainError(
      'not-found',
      'obligation-not-found',
      `The service request has no ${key.kind} with cycle ${key.cycle}.`,
    );
  return found;
};

export const mergedElsewhere = (into: RequestId): DomainError =>
  new DomainError('conflict', 'service-request-merged', `The service request was merged into ${into}. Go on there.`);
