import type { FastifyReply } from 'fastify';
import type { Change } from '#aggregates';
import { DomainError, fail } from '#kernel';
import { OBLIGATION_KINDS } from '#service-level';
import { type ObligationKey, requestView, type ServiceRequest } from '#service-request';
import { answerTo } from '../http/answer.js';

/** @throws DomainError `not-found` */
export const requestNotFound = (): never =>
  fail('not-found', 'service-request-not-found', 'There is no service request with this id.');

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
