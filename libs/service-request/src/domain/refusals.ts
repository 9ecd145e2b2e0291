import { DomainError } from '#kernel';
import { type FiledRequest, isSettled, type OpenRequest, type ServiceRequest } from './service-request.state.js';

/** @throws DomainError `not-found` when it was never filed */
export const mustBeFiled = (request: ServiceRequest): FiledRequest => {
  if (request.status === 'notFiled')
    throw new DomainError('not-found', 'service-request-not-found', 'There is no service request with this id.');
  return request;
};

/** @throws DomainError `conflict` when it is resolved or closed */
export const mustBeOpen = (request: ServiceRequest): OpenRequest => {
  const filed = mustBeFiled(request);
  if (isSettled(filed))
    throw new DomainError(
      'conflict',
      'service-request-settled',
      `The service request is ${filed.status}. Reopen it first.`,
    );
  return filed;
};
