import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { RequestListener, ServerOptions } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { RateLimits } from '#rate-limit';
import { AlertFeed } from './alerts/alert-feed.js';
import { ApiModule, type Parts } from './api.module.js';
import { Metrics } from './metrics/metrics.js';
import { mostBytesOf } from './http/body-limits.js';
import { authenticate, type Identities } from './http/authentication.js';
import { authorize } from './http/authorization.js';
import { commonHeaders, requestIdOf, sendCommonHeaders } from './http/common-headers.js';
import { compress } from './http/compression.js';
import { answerConditionally } from './http/conditional-reads.js';
import { Drain } from './http/drain.js';
import { limitRates } from './http/limit-rates.js';
import { Gate } from './http/gate.js';
import { leadBrowsers } from './http/lead-browsers.js';
import { parserProblem } from './http/parser-problem.js';
import { honourPreferences } from './http/prefer.js';
import { problem, sendProblem } from './http/problem.js';
import { ProblemFilter } from './http/problem.filter.js';
import { Reads } from './http/reads.js';
import { Refusals } from './http/refusals.js';
import { refuseAsProblems } from './http/protocol-problems.js';
import { JSON_TEXT, refuseOtherBodies, refuseUnacceptable } from './http/representations.js';
import { originFormOf } from './http/request-line.js';
import { Routes } from './http/routes.js';
import { understandBodies } from './http/understand-bodies.js';

/** How long connections are waited for. */
interface Patience {
  /** From the end of an answer to the next request. */
  readonly keepAliveMs: number;
  /** From its first byte, or that of its connection, to the end of a request. */
  readonly requestMs: number;
  /** While answers of a batch lie unread. */
  readonly unreadMs: number;
  /** How often late requests are looked for: so much later they may be ended. */
  readonly lookMs: number;
}

const PATIENCE: Patience = {
  /** Above the idle time of common load balancers, so that it is they who hang up. */
  keepAliveMs: 72_000,
  /** A client that sends a byte now and then must not hold a connection for ever. */
  requestMs: 30_000,
  unreadMs: 30_000,
  lookMs: 5_000,
};

const serverOptions = ({ keepAliveMs, requestMs, lookMs }: Patience): ServerOptions => ({
  keepAliveTimeout: keepAliveMs,
  requestTimeout: requestMs,
  // Were it the longer one, Node would take each of the two for the other.
  headersTimeout: requestMs,
  connectionsCheckingInterval: lookMs,
  // It is asked for where its absence can be answered with a problem document.
  requireHostHeader: false,
});

const createAdapter = (gate: Gate, patience: Patience): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: mostBytesOf(JSON_TEXT),
    forceCloseConnections: 'idle',
    serverFactory: (serve: RequestListener) => gate.createServer(serverOptions(patience), serve),
    routerOptions: { maxParamLength: 255 },
    clientErrorHandler: parserProblem,
    rewriteUrl: ({ url = '/' }) => originFormOf(url),
    genReqId: requestIdOf,
    requestIdHeader: false,
    frameworkErrors: ({ code }: FastifyError, { id }: FastifyRequest, reply: FastifyReply) => {
      commonHeaders(reply, id, false);
      sendProblem(
        reply,
        code === 'FST_ERR_BAD_URL'
          ? problem('bad-request', 'The address is not validly encoded.')
          : problem('address-too-long', 'A part of the address is longer than 255 characters.'),
      );
    },
  });

export interface EdgeSettings {
  /** Signs cursors; without one they last as long as the process. */
  readonly cursorSecret?: Buffer;
  /** None without it. */
  readonly rateLimits?: RateLimits | undefined;
  readonly patience?: Patience;
  /** Where browsers find the service; without it, where they say that they asked. */
  readonly publicUrl?: string | undefined;
}

/**
 * Makes ready for the end: health says so, readers of alerts are sent away, and what is being answered is waited for.
 * @param holdMs how long it is served all the same, so that those who send callers here notice
 * @param graceMs what is not answered by then after it is left to the close
 */
export const drain = async (api: NestFastifyApplication, holdMs: number, graceMs: number): Promise<void> => {
  api.get(Drain).begin();
  if (holdMs > 0) await delay(holdMs);
  api.get(AlertFeed).end();
  await api.get(Drain).idle(graceMs);
};

/** The HTTP edge over the given parts; the caller listens and closes. */
export const createApi = async (
  parts: Parts,
  identities: Identities,
  log: Logger,
  { cursorSecret = randomBytes(32), rateLimits, patience = PATIENCE, publicUrl }: EdgeSettings = {},
): Promise<NestFastifyApplication> => {
  const gate = new Gate(patience.unreadMs);
  const adapter = createAdapter(gate, patience);
  const api = await NestFactory.create<NestFastifyApplication>(ApiModule.with(parts, identities, log), adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  const server = adapter.getInstance<FastifyInstance>();
  server.decorate('cursorSecret', cursorSecret);
  server.decorate('publicUrl', publicUrl);
  const metrics = api.get(Metrics);
  gate.watch(server, metrics.countOverload);
  sendCommonHeaders(server);
  refuseAsProblems(server);
  metrics.timeRequests(server);
  leadBrowsers(server);
  const refusals = new Refusals(log, metrics.countRefusal);
  authenticate(server, identities, refusals);
  if (rateLimits !== undefined) limitRates(server, rateLimits);
  authorize(server, refusals);
  const routes = new Routes(server);
  server.decorate('routes', routes);
  refuseUnacceptable(server);
  refuseOtherBodies(server);
  understandBodies(server);
  honourPreferences(server, api.get(Reads));
  answerConditionally(server);
  compress(server);
  api.get(Drain).watch(server, gate.lines);
  api.useGlobalFilters(new ProblemFilter(log, routes, refusals));
  await api.init();
  return api;
};
