import { AccessKeys, AccessTokens, RedisLastUses, Sessions } from '#access';
import type { Configuration } from '#configuration';
import type { EventStore } from '#event-store';
import type { Followers } from '#following';
import { systemClock } from '#kernel';
import type { Identities } from '../../api/src/http/authentication.js';
import type { Started } from './started.js';

/** Whoever may call: by key, by token, by session. */
export const openIdentities = async (
  { apiKey, oidcIssuer: issuer, oidcAudience: audience }: Configuration,
  events: EventStore,
  redisUrl: string,
  followers: Followers,
  started: Started,
): Promise<Identities> => {
  const lastUses = new RedisLastUses(redisUrl);
  const keys = started.add(new AccessKeys(events, systemClock, followers, lastUses), async (open) => {
    open.close();
    await open.uses.tell();
    lastUses.close();
  });
  await keys.open(apiKey);
  const sessions = new Sessions(systemClock);
  if (issuer === undefined || audience === undefined) return { keys, sessions, tokens: undefined };
  const isRegistered = (tenantId: string): boolean => keys.index.isRegistered(tenantId);
  return { keys, sessions, tokens: new AccessTokens({ issuer, audience }, systemClock, isRegistered) };
};
