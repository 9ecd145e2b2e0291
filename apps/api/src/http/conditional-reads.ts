import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isNamed } from './entity-tag.js';
import { isRead } from './request-line.js';

/** Of all that is shown: for lists, and for what has no revision or changes without one. */
const tagOfContent = (content: string): string => `W/"${hash('sha256', content, 'base64url').slice(0, 22)}"`;

const tagFor = (reply: FastifyReply, content: string): string => {
  const given = reply.getHeader('etag');
  if (typeof given === 'string') return given;
  const tag = tagOfContent(content);
  void reply.header('etag', tag);
  return tag;
};

/** Gives each view a tag, and answers with 304 who has it already. Streams, and what must not be stored, have none. */
export const answerConditionally = (server: FastifyInstance): void => {
  server.addHook('onSend', ({ method, headers }: FastifyRequest, reply, content: unknown, done) => {
    if (
      !isRead(method) ||
      reply.statusCode !== 200 ||
      typeof content !== 'string' ||
      reply.getHeader('cache-control') === 'no-store'
    ) {
      done(null, content);
      return;
    }
    const wanted = headers['if-none-match'];
    if (isNamed(tagFor(reply, content), wanted ?? '')) {
      void reply.code(304).removeHeader('content-type').removeHeader('content-length');
      // What answers HEAD drops the content by itself.
      done(null, method === 'HEAD' ? content : null);
    } else done(null, content);
  });
};
