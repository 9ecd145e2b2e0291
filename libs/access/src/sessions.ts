import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, type Instant, instantFromMs, instantToMs } from '#kernel';
import type { Principal } from './principal.js';
import { INSTALLATION } from './roles.js';
import { hashOf } from './secret.js';

const LINK_MS = 10 * 60_000;
const SESSION_MS = 8 * 60 * 60_000;
const MOST = 1_000;

export interface OpenedSession {
  /** For the cookie; only its hash is kept. */
  readonly secret: string;
  readonly lastsSeconds: number;
}

interface Session {
  readonly principal: Principal;
  readonly endsAt: Instant;
}

/**
 * A person at the terminal, who opens a link once and is the installation's administrator in that browser. Kept in memory
 * only: a restart ends every session.
 */
export class Sessions {
  readonly #links = new LRUCache<string, Instant>({ max: MOST });
  readonly #sessions = new LRUCache<string, Session>({ max: MOST });

  constructor(private readonly clock: Clock) {}

  /** @returns the secret of a link that opens one session, within ten minutes */
  newLink(): { readonly token: string; readonly expiresAt: Instant } {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = this.#in(LINK_MS);
    this.#links.set(hashOf(token), expiresAt);
    return { token, expiresAt };
  }

  /** Uses up a link. @returns undefined for one that was used, is over or was never made */
  open(token: string): OpenedSession | undefined {
    const hash = hashOf(token);
    const expiresAt = this.#links.get(hash);
    this.#links.delete(hash);
    if (expiresAt === undefined || this.clock.now() >= expiresAt) return undefined;
    const secret = randomBytes(32).toString('base64url');
    const key = hashOf(secret);
    const principal: Principal = {
      tenantId: INSTALLATION,
      actor: { id: `session:${key.slice(0, 8)}`, role: 'administrator', kind: 'person' },
      prefix: null,
      hasEnded: () => this.#at(key) === undefined,
    };
    this.#sessions.set(key, { principal, endsAt: this.#in(SESSION_MS) });
    return { secret, lastsSeconds: SESSION_MS / 1_000 };
  }

  /** Whose session it is; undefined for one that has ended. */
  whoHas(secret: string): Principal | undefined {
    return this.#at(hashOf(secret))?.principal;
  }

  end(secret: string): void {
    this.#sessions.delete(hashOf(secret));
  }

  #at(key: string): Session | undefined {
    const session = this.#sessions.get(key);
    return session !== undefined && this.clock.now() < session.endsAt ? session : undefined;
  }

  #in(ms: number): Instant {
    return instantFromMs(instantToMs(this.clock.now()) + ms);
  }
}
