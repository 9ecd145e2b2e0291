import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestIdOf, SAFE } from './common-headers.js';
import { Lines } from './lines.js';
import { problem, PROBLEM_JSON } from './problem.js';
import { RoomForCommands, ROUND_MS } from './room-for-commands.js';
import { Turns } from './turns.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const isRead = (method: string | undefined): boolean => READS.has(method ?? 'GET');

/** As cheap as an answer can be: it is given most often when there is least time. */
const refuse = (request: IncomingMessage, response: ServerResponse): void => {
  const sent = problem('overloaded', 'More commands are under way than can be done soon.', {
    instance: request.url?.split('?', 1)[0] ?? '/',
  });
  const body = JSON.stringify(sent);
  response
    .writeHead(sent.status, {
      ...SAFE,
      'content-type': PROBLEM_JSON,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'retry-after': '1',
      'x-request-id': requestIdOf(request),
    })
    .end(body);
};

/**
 * Stands before the framework. Answers with 503 at once what would only wait, before a key is looked at or a byte of the
 * body is read, and begins few of the others in one turn of the event loop, so that whoever comes next is seen soon.
 * Reads pass.
 */
export class Gate {
  /** What is being answered. */
  readonly lines = new Lines();
  readonly #room = new RoomForCommands(() => performance.now());
  readonly #turns = new Turns();
  #onRefusal = (): void => undefined;

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
    // Only now: whoever sends a body slowly, or never to its end, takes nobody's place.
    server.addHook('preHandler', (request: FastifyRequest, reply: FastifyReply, next) => {
      if (!isRead(request.method)) {
        const leave = this.#room.enter();
        reply.raw.once('finish', leave).once('close', leave);
      }
      next();
    });
  }

  #pass(request: IncomingMessage, response: ServerResponse, serve: RequestListener): void {
    if (isRead(request.method)) serve(request, response);
    else if (this.#room.isFull) {
      refuse(request, response);
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
