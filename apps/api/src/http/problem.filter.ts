import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import {
  EventStoreError,
  EventTooLargeError,
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongRevisionError,
} from '#event-store';
import { DomainError } from '#kernel';
import { isProblemCode } from '../problems/problem-codes.js';
import { bodyRefusal } from './body-limits.js';
import { tagOf } from './entity-tag.js';
import { NotJsonError } from './json-fault.js';
import { type Problem, problem, sendProblem } from './problem.js';
import { JSON_TEXT } from './representations.js';
import type { Routes } from './routes.js';
import { loggedIdsOf } from './trace-context.js';
import type { Refusals } from './refusals.js';

/** A refusal that no page documents is a defect of ours, so it is treated as one. */
const ofDomain = ({ code, message, details }: DomainError): Problem | undefined =>
  isProblemCode(code)
    ? problem(code, message, details.errors === undefined ? {} : { errors: details.errors })
    : undefined;

const ofStore = (error: EventStoreError): Problem => {
  if (error instanceof EventTooLargeError)
    return problem('too-large', 'What this would record is larger than an event may be. Send less text.');
  if (error instanceof WrongRevisionError) return problem('busy', 'Others keep changing this resource. Try again.');
  if (error instanceof OutcomeUnknownError)
    return problem(
      'outcome-unknown',
      'The event store did not confirm in time. Send the same command again with the same Idempotency-Key to learn its outcome.',
    );
  if (error instanceof StoreUnavailableError)
    return problem(
      'event-store-unavailable',
      'The event store cannot be used at the moment. Nothing was recorded; try again.',
    );
  return problem('event-store-unavailable', 'The event store refused. Try again later.');
};

/** What the server itself refused before a controller saw it: always the client's doing. */
const ofServer = (status: number, { routeOptions }: FastifyRequest): Problem => {
  if (status === 404)
    return problem(
      'not-found',
      'There is nothing at this address. The API begins at /v1, and is described at /docs; /health/ready tells how the service does.',
    );
  return status === 400 || status === 413 || status === 415
    ? bodyRefusal(status, routeOptions.config.consumes ?? JSON_TEXT)
    : problem('bad-request', 'The request cannot be served.');
};

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
};

const toProblem = (error: unknown, request: FastifyRequest): Problem | undefined => {
  if (error instanceof DomainError) return ofDomain(error);
  if (error instanceof EventStoreError) return ofStore(error);
  if (error instanceof NotJsonError) return problem('not-json', error.message);
  const status = statusOf(error);
  return status !== undefined && status < 500 ? ofServer(status, request) : undefined;
};

/** Under load each request meets the same refusal: one line in this time is enough. */
const SAME_NEWS_MS = 10_000;

/** Every failure leaves as a problem document; what nobody foresaw is logged whole and told to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  #toldAt = -Infinity;

  constructor(
    private readonly log: Logger,
    private readonly routes: Routes,
    private readonly refusals: Refusals,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const known = this.#wrongMethod(error, request, reply) ?? toProblem(error, request);
    if (known === undefined)
      this.log.error(
        { err: error, ...loggedIdsOf(request), method: request.method, path: request.routeOptions.url },
        'A request failed',
      );
    if (error instanceof StoreUnavailableError) this.#tellOnce(error, request);
    if (error instanceof DomainError && error.kind === 'forbidden') this.refusals.note(request, error.code);
    if (error instanceof DomainError && error.details.currentRevision !== undefined)
      void reply.header('etag', tagOf(error.details.currentRevision));
    sendProblem(reply, known ?? problem('internal', 'Something failed that should not have. The log tells what.'));
  }

  #tellOnce(error: StoreUnavailableError, request: FastifyRequest): void {
    const now = performance.now();
    if (now - this.#toldAt < SAME_NEWS_MS) return;
    this.#toldAt = now;
    this.log.warn({ err: error, ...loggedIdsOf(request) }, 'The event store refuses');
  }

  #wrongMethod(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem | undefined {
    if (!(error instanceof HttpException) || error.getStatus() !== 404) return undefined;
    const methods = this.routes.methodsAt(request.url);
    if (methods.length === 0) return undefined;
    void reply.header('allow', methods.join(', '));
    return problem('method-not-allowed', `This address answers to ${methods.join(', ')} only.`);
  }
}
