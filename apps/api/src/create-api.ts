import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ApiModule, type Parts } from './api.module.js';
import { Metrics } from './metrics/metrics.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { authenticate, type Identities } from './http/authentication.js';
import { authorize } from './http/authorization.js';
import { parserProblem } from './http/parser-problem.js';
import { problem, sendProblem } from './http/problem.js';
import { ProblemFilter } from './http/problem.filter.js';
import { Refusals } from './http/refusals.js';
import { refuseAsProblems } from './http/protocol-problems.js';
import { refuseOtherBodies, refuseUnacceptable } from './http/representations.js';
import { understandBodies } from './http/understand-bodies.js';

const BODY_LIMIT = 256 * 1024;
/** A client that sends a byte now and then must not hold a connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Above the idle time of common load balancers, so that it is they who hang up. */
const KEEP_ALIVE_MS = 72_000;

const createAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: 255 },
    clientErrorHandler: parserProblem,
    frameworkErrors: ({ code }: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(
        reply,
        code === 'FST_ERR_BAD_URL'
          ? problem('bad-request', 'The address is not validly encoded.')
          : problem('address-too-long', 'A part of the address is longer than 255 characters.'),
      );
    },
  });

/** The HTTP edge over the given parts; the caller listens and closes. */
export const createApi = async (parts: Parts, identities: Identities, log: Logger): Promise<NestFastifyApplication> => {
  const adapter = createAdapter();
  const api = await NestFactory.create<NestFastifyApplication>(ApiModule.with(parts, identities, log), adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  const server = adapter.getInstance<FastifyInstance>();
  refuseAsProblems(server);
  const metrics = api.get(Metrics);
  metrics.timeRequests(server);
  const refusals = new Refusals(log, metrics.countRefusal);
  authenticate(server, identities, refusals);
  authorize(server, refusals);
  const allowed = new AllowedMethods(server);
  refuseUnacceptable(server);
  refuseOtherBodies(server);
  understandBodies(server);
  api.useGlobalFilters(new ProblemFilter(log, allowed, refusals));
  await api.init();
  return api;
};
