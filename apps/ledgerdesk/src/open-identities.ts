import type { Logger } from 'pino';
import { AccessKeys, AccessTokens, RedisLastUses, Sessions } from '#access';
import type { Configuration } from '#configuration';
import type { EventStore } from '#event-store';
import { systemClock } from '#kernel';
import type { Identities } from '../../api/src/http/authentication.js';
import type { Started } from './started.js';

/** Whoever may call: by key, by token, by session. */
export const openIdentities = async (
  { apiKey, oidcIssuer: issuer, oidcAudience: audience }: Configuration,
  events: EventStore,
  redisUrl: string,
  started: Started,
  log: Logger,
): Promise<Identities> => {
  const lastUses = new RedisLastUses(redisUrl);
  const onTrouble = (reason: string): void => {
    log.error({ reason }, 'Keys cannot be followed: what is known goes on to count');
  };
  const keys = started.add(new AccessKeys(events, systemClock, onTrouble, lastUses), async (open) => {
    open.close();
    await open.tellUses();
    lastUses.close();
  });
  await keys.open(apiKey);
  const sessions = new Sessions(systemClock);
  if (issuer === undefined || audience === undefined) return { keys, sessions, tokens: undefined };
  const isRegistered = (tenantId: string): boolean => keys.isRegistered(tenantId);
  return { keys, sessions, tokens: new AccessTokens({ issuer, audience }, systemClock, isRegistered) };
};
