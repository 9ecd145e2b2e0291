import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Lines } from './lines.js';
import { principalOf } from './meta.decorator.js';
import { problem, sendProblem } from './problem.js';
import { refuseBare } from './refuse-bare.js';
import { isRead } from './request-line.js';
import { type AdmittedBatch, RoomForBatches } from './room-for-batches.js';
import { RoomForCommands, ROUND_MS } from './room-for-commands.js';
import { Turns } from './turns.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that carries commands. */
    batch: AdmittedBatch | undefined;
  }
  interface FastifyContextConfig {
    /** A batch takes no place of a command: those that it carries do. */
    carriesCommands?: boolean;
  }
}

const isCommand = ({ method }: { readonly method?: string | undefined }): boolean =>
  !isRead(method) && method !== 'OPTIONS';

const OVERLOADED = problem('overloaded', 'More commands are under way than can be done soon.');

/**
 * Stands before the framework. Answers with 503 at once what would only wait, before a key is looked at or a byte of the
 * body is read, and begins few of the others in one turn of the event loop, so that whoever comes next is seen soon.
 * Reads pass.
 */
export class Gate {
  /** What is being answered. */
  readonly lines = new Lines();
  readonly #room = new RoomForCommands(() => performance.now());
  readonly #roomForBatches = new RoomForBatches(() => this.#room.half);
  readonly #turns = new Turns(() => performance.now());
  #onRefusal = (): void => undefined;

  /** @param unreadMs how long answers of a batch may lie unread before its place goes to others */
  constructor(private readonly unreadMs: number) {}

  /** A server that serves through the gate. */
  createServer(options: ServerOptions, serve: RequestListener): Server {
    return createServer(options, (request, response) => {
      this.lines.take(request, response, () => {
        this.#pass(request, response, serve);
      });
    });
  }

  /**
   * Counts what is under way; call it before any other hook.
   * @param onRefusal told of each command that is refused
   */
  watch(server: FastifyInstance, onRefusal: () => void): void {
    this.#onRefusal = onRefusal;
    let roundEndsAt = performance.now() + ROUND_MS;
    const rounds = setInterval(() => {
      const now = performance.now();
      this.#room.endRound(Math.max(0, now - roundEndsAt));
      roundEndsAt = now + ROUND_MS;
    }, ROUND_MS).unref();
    server.addHook('onClose', (_, done) => {
      clearInterval(rounds);
      done();
    });
    server.decorateRequest('batch', undefined);
    // Only now: whoever sends a body slowly, or never to its end, takes nobody's place.
    server.addHook('preHandler', (request: FastifyRequest, reply: FastifyReply, next) => {
      // Who left while a key was looked up would never give back a place that it is given here, nor be answered.
      if (reply.raw.destroyed) return;
      if (!isCommand(request)) {
        next();
        return;
      }
      const leave = this.#enter(request, reply);
      if (leave === undefined) {
        this.#onRefusal();
        sendProblem(reply, OVERLOADED);
        return;
      }
      reply.raw.once('finish', leave).once('close', leave);
      next();
    });
  }

  #enter(request: FastifyRequest, reply: FastifyReply): (() => void) | undefined {
    if (request.routeOptions.config.carriesCommands !== true) return this.#room.enter();
    request.batch = this.#roomForBatches.enter(principalOf(request).tenantId);
    if (request.batch === undefined) return undefined;
    const look = this.#endWhenUnread(reply.raw);
    const { leave } = request.batch;
    return () => {
      clearInterval(look);
      leave();
    };
  }

  /** Once nothing of what lies there was fetched from one look to the next. */
  #endWhenUnread(response: ServerResponse): NodeJS.Timeout {
    let fetchedBefore = -1;
    return setInterval(() => {
      const fetched = (response.socket?.bytesWritten ?? 0) - response.writableLength;
      if (response.writableLength > 0 && fetched === fetchedBefore) response.destroy();
      fetchedBefore = fetched;
    }, this.unreadMs);
  }

  #pass(request: IncomingMessage, response: ServerResponse, serve: RequestListener): void {
    if (!isCommand(request)) serve(request, response);
    else if (this.#room.isFullBeside(this.#roomForBatches.underWay)) {
      refuseBare(request, response, OVERLOADED, { 'retry-after': '1' });
      this.#onRefusal();
    } else this.#admit(request, response, serve);
  }

  #admit(request: IncomingMessage, response: ServerResponse, serve: RequestListener): void {
    const begin = this.#room.wait();
    this.#turns.take(() => {
      begin();
      if (!request.destroyed) serve(request, response);
    });
  }
}
