import type { Actor, TenantId } from '#kernel';

/** Who sent a request, as the key, the access token or the session says. */
export interface Principal {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** How the key begins; null for what is no key, or for one that was not issued with a prefix. */
  readonly prefix: string | null;
  /** Whether a token or session is over; absent for a key, of which {@link AccessKeys} knows. */
  readonly hasEnded?: () => boolean;
}
