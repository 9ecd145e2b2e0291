import type { FastifyReply } from 'fastify';
import type { Change } from '#aggregates';
import { DomainError, fail } from '#kernel';
import { OBLIGATION_KINDS } from '#service-level';
import { type ObligationKey, requestView, type ServiceRequest } from '#service-request';
import { answerTo } from '../http/answer.js';

const NUMBER = /^SR-\d{6}-[0-9A-Z]{8}$/i;

/** @throws DomainError `not-found`: what people call a request is no id, but leads to it */
export const requestNotFound = (given = ''): never =>
  fail(
    'not-found',
    'service-request-not-found',
    NUMBER.test(given)
      ? `This is the number of a service request, not its id. GET /v1/service-requests?number=${given} tells the id.`
      : 'There is no service request with this id.',
  );

/** @throws DomainError `not-found`: an obligation of no known kind, or that is not counted from 1 on */
export const obligationKeyOf = (kind: string, cycle: string): ObligationKey => {
  const known = OBLIGATION_KINDS.find((candidate) => candidate === kind);
  if (known === undefined || !/^[1-9]\d{0,5}$/.test(cycle))
    throw new DomainError('not-found', 'obligation-not-found', 'There is no such obligation on a service request.');
  return { kind: known, cycle: Number(cycle) };
};

/** A command's answer: the request as it left it, with its revision as the ETag. */
export const viewAfter = (change: Change<ServiceRequest>, reply: FastifyReply) => {
  const { revision, position } = answerTo(change, reply);
  if (change.state.status === 'notFiled') throw new Error('A command on a request left it unfiled.');
  return requestView(change.state, revision, position);
};

/** As {@link viewAfter}, and where the request is from now on. */
export const viewOfNew = (change: Change<ServiceRequest>, reply: FastifyReply) => {
  const view = viewAfter(change, reply);
  void reply.header('location', `/v1/service-requests/${view.id}`);
  return view;
};
