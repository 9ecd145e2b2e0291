import { LRUCache } from 'lru-cache';
import { type EventStore, StoreUnavailableError, type SubscriptionBatch } from '#event-store';
import type { Followers } from '#following';
import { type Clock, type CommandId, type CommandMeta, type CorrelationId, newUuid } from '#kernel';
import { ApiKeyStore } from './api-key.store.js';
import { ConnectedCallers } from './connected-callers.js';
import { KEYS } from './domain/api-keys.js';
import { INDEXED_TYPES, KeyIndex } from './key-index.js';
import { KeyUses } from './key-uses.js';
import type { LastUses } from './last-uses.js';
import type { Principal } from './principal.js';
import { INSTALLATION } from './roles.js';
import { hashOf, newSecret } from './secret.js';

/** What is revoked while the store cannot be followed counts so soon after it can be again. */
const RETRY_MS = 1_000;

/**
 * All keys of all tenants in memory, so that a request costs a look into a map. The store is followed: what any process
 * issues or revokes counts in each within a second. While the store cannot be seen, what is known goes on to count: a
 * key that ends by itself ends, a new one is not known yet, and no command can be recorded anyway.
 */
export class AccessKeys {
  readonly index: KeyIndex;
  readonly uses: KeyUses;
  readonly connected: ConnectedCallers;
  readonly #store: ApiKeyStore;
  /** Callers send the same few keys again and again; hashing each time costs more than the rest of the check. */
  readonly #hashes = new LRUCache<string, string>({ max: 1_000 });
  readonly #ended = new AbortController();

  constructor(
    private readonly events: EventStore,
    private readonly clock: Clock,
    private readonly followers: Followers,
    lastUses?: LastUses,
  ) {
    this.#store = new ApiKeyStore(events, clock);
    this.index = new KeyIndex(clock);
    this.uses = new KeyUses(clock, lastUses);
    this.connected = new ConnectedCallers((principal) => this.index.hasEnded(principal));
  }

  /** Makes known the operator's key, if one was given, and all that were issued; then follows the store until closed. @throws what the store throws */
  async open(given: string | undefined): Promise<void> {
    if (given !== undefined) this.index.give(hashOf(given));
    await new Promise<void>((known, failed) => {
      this.#follow(known, failed);
    });
    await this.uses.tell();
  }

  close(): void {
    this.#ended.abort();
    this.uses.close();
    this.connected.close();
  }

  /** Issues a key when there is none at all. @returns it, to be shown once */
  async issueFirst(): Promise<string | undefined> {
    if (!this.index.isEmpty) return undefined;
    const { key, ...secret } = newSecret();
    const id = newUuid();
    const meta: CommandMeta = {
      commandId: id as CommandId,
      correlationId: id as CorrelationId,
      tenantId: INSTALLATION,
      actor: { id: 'first-start', role: 'system', kind: 'system' },
    };
    const kept = { name: 'First administrator', role: 'administrator', issuedAt: this.clock.now(), expiresAt: null };
    const data = { keyId: newUuid(), ...secret, ...kept };
    const change = await this.#store.change(KEYS, meta, ({ keys }) =>
      keys.length > 0 ? [] : [{ type: 'ApiKeyIssued', data }],
    );
    this.index.learnKeys(INSTALLATION, change);
    return change.unchanged === true ? undefined : key;
  }

  /** Who a key belongs to; undefined for one that is not known, has expired or was revoked. */
  whoHas(key: string): Principal | undefined {
    const recent = this.#hashes.get(key);
    const hash = recent ?? hashOf(key);
    const principal = this.index.whoHas(hash);
    if (principal === undefined) return undefined;
    if (recent === undefined) this.#hashes.set(key, hash);
    this.uses.note(principal.actor.id);
    return principal;
  }

  /** What fails before all is known fails the start; later it is tried again for ever. */
  #follow(onKnown: () => void, onFailed: (error: unknown) => void): void {
    const { signal } = this.#ended;
    let isKnown = false;
    const handle = ({ events, caughtUp }: SubscriptionBatch): void => {
      for (const event of events) this.index.take(event);
      if (!caughtUp) return;
      isKnown = true;
      onKnown();
    };
    const onFailure = (error: unknown): void => {
      if (isKnown) return;
      onFailed(error);
      this.#ended.abort();
    };
    const follower = { name: 'access-keys', types: INDEXED_TYPES, handle };
    void this.followers
      .follow(this.events, follower, { signal, patience: { longestMs: RETRY_MS }, onFailure })
      .then(() => onFailed(new StoreUnavailableError('The event store was closed before all keys were known.')));
  }
}
