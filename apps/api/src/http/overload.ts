import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem, sendProblem } from './problem.js';
import { RoomForCommands, ROUND_MS } from './room-for-commands.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Answers with 503 at once what would only wait, before a key is looked at or a byte of the body is read; call it before
 * any other hook. Reads are never refused by it.
 */
export const refuseWhenFull = (server: FastifyInstance): void => {
  const room = new RoomForCommands(() => performance.now());
  let roundEndsAt = performance.now() + ROUND_MS;
  const rounds = setInterval(() => {
    const now = performance.now();
    room.endRound(Math.max(0, now - roundEndsAt));
    roundEndsAt = now + ROUND_MS;
  }, ROUND_MS).unref();
  server.addHook('onClose', (_, done) => {
    clearInterval(rounds);
    done();
  });
  server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next) => {
    if (!READS.has(request.method) && room.isFull)
      sendProblem(reply, problem('overloaded', 'More commands are under way than can be done soon.'));
    else next();
  });
  // Only now: whoever sends a body slowly, or never to its end, takes nobody's place.
  server.addHook('preHandler', (request: FastifyRequest, reply: FastifyReply, next) => {
    if (!READS.has(request.method)) {
      const leave = room.enter();
      reply.raw.once('finish', leave).once('close', leave);
    }
    next();
  });
};
