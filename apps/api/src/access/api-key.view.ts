import type { FastifyReply } from 'fastify';
import { type ApiKey, type IssuedKey, keyOf } from '#access';
import { answerTo } from '../http/answer.js';

/** Of a key nothing that opens a door: its prefix says which one it is. */
export const apiKeyView = ({ keyId, name, role, prefix, issuedAt, expiresAt, revokedAt, replacedBy }: ApiKey) => ({
  id: keyId,
  name,
  role,
  prefix,
  issuedAt,
  expiresAt,
  revokedAt,
  replacedBy,
});

/** The only answer that ever holds a key; a repeat of the command holds null. */
export const issuedView = ({ keyId, key, change }: IssuedKey, reply: FastifyReply) => {
  void reply.header('cache-control', 'no-store');
  return { ...apiKeyView(keyOf(change.state, keyId)), key, ...answerTo(change, reply) };
};
