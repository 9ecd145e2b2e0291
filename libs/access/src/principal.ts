import type { Actor, Scope, TenantId } from '#kernel';
import { may } from './roles.js';

/** Who sent a request, as the key, the access token or the session says. */
export interface Principal {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** The person a service says it acts for. */
  readonly onBehalfOf?: string;
  /** How the key begins; null for what is no key, or for one that was not issued with a prefix. */
  readonly prefix: string | null;
  /** Whether a token or session is over; absent for a key, of which {@link KeyIndex} knows. */
  readonly hasEnded?: () => boolean;
}

/** As much of it as says what it may; a command's meta says that too. */
export type Caller = Pick<Principal, 'tenantId' | 'actor'>;

export const scopeOf = ({ tenantId, actor }: Caller): Scope => ({
  tenantId,
  seesFraud: may('requests.fraud', tenantId, actor.role),
});
