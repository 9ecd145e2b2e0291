import type { FastifyReply } from 'fastify';
import type { Change } from '#aggregates';
import { tagOf } from './entity-tag.js';

/** The headers that every command's answer carries, and the two numbers of its body. */
export const answerTo = (
  change: Change<unknown>,
  reply: FastifyReply,
): { readonly revision: number; readonly position: string } => {
  const revision = Number(change.revision);
  void reply.header('etag', tagOf(revision));
  if (change.replayed) void reply.header('idempotency-replayed', 'true');
  return { revision, position: change.position };
};
