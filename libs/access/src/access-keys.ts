import { LRUCache } from 'lru-cache';
import { setTimeout as delay } from 'node:timers/promises';
import { evolveRecorded, type Snapshot } from '#aggregates';
import type { EventStore, Position, RecordedEvent } from '#event-store';
import {
  type Clock,
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  type Instant,
  messageOf,
  newUuid,
  type TenantId,
} from '#kernel';
import { ApiKeyStore } from './api-key.store.js';
import { apiKeysType, type ApiKeys, KEYS } from './domain/api-keys.js';
import { type KnownTenant, type Tenant, tenantType } from './domain/tenant.js';
import type { Principal } from './principal.js';
import { INSTALLATION } from './roles.js';
import type { LastUses } from './last-uses.js';
import { hashOf, newSecret } from './secret.js';

interface Holder {
  readonly principal: Principal;
  readonly endsAt: Instant | null;
}

const actorIdOf = (keyId: string): string => `key:${keyId}`;

/** A use is told at most this much late; half of what is promised. */
const USE_ROUND_MS = 30_000;
/** How soon whoever is still connected learns that the key has ended. */
const WATCH_ROUND_MS = 500;
const RETRY_MS = 1_000;

/**
 * All keys of all tenants in memory, so that a request costs a look into a map. The store is followed: what any process
 * issues or revokes counts in each within a second. While the store cannot be seen, what is known goes on to count: a
 * key that ends by itself ends, a new one is not known yet, and no command can be recorded anyway.
 */
export class AccessKeys {
  readonly #store: ApiKeyStore;
  readonly #known = new Map<string, { readonly revision: bigint; readonly state: ApiKeys }>();
  readonly #tenants = new Map<string, { readonly revision: bigint; readonly state: Tenant }>();
  readonly #suspended = new Set<string>();
  readonly #holders = new Map<string, Holder>();
  /** Callers send the same few keys again and again; hashing each time costs more than the rest of the check. */
  readonly #hashes = new LRUCache<string, string>({ max: 1_000 });
  #used = new Set<string>();
  /** Seen here and not told to others yet. */
  readonly #untold = new Map<string, Instant>();
  readonly #lastUsed = new Map<string, Instant>();
  /** The same holders by the id of their actor. */
  readonly #actors = new Map<string, Holder>();
  readonly #watched = new Map<() => void, Principal>();
  readonly #ended = new AbortController();
  readonly #rounds: NodeJS.Timeout[];
  #reached: Position | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly clock: Clock,
    private readonly onTrouble: (reason: string) => void = () => undefined,
    private readonly lastUses?: LastUses,
  ) {
    this.#store = new ApiKeyStore(events, clock);
    this.#rounds = [
      setInterval(() => void this.tellUses(), USE_ROUND_MS).unref(),
      setInterval(() => this.#endWatched(), WATCH_ROUND_MS).unref(),
    ];
  }

  /** Makes known the operator's key, if one was given, and all that were issued; then follows the store until closed. @throws what the store throws */
  async open(given: string | undefined): Promise<void> {
    if (given !== undefined) this.#hold(hashOf(given), INSTALLATION, 'given-at-start', 'administrator', null, null);
    await new Promise<void>((caughtUp, failed) => {
      void this.#follow(caughtUp, failed);
    });
    await this.tellUses();
  }

  close(): void {
    this.#ended.abort();
    this.#rounds.forEach(clearInterval);
  }

  /** Issues a key when there is none at all. @returns it, to be shown once */
  async issueFirst(): Promise<string | undefined> {
    if (this.#holders.size > 0) return undefined;
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
    this.learnKeys(INSTALLATION, change);
    return change.unchanged === true ? undefined : key;
  }

  /** Who a key belongs to; undefined for one that is not known, has expired or was revoked. */
  whoHas(key: string): Principal | undefined {
    const recent = this.#hashes.get(key);
    const hash = recent ?? hashOf(key);
    const holder = this.#holders.get(hash);
    if (holder === undefined || this.#hasEnded(holder)) return undefined;
    if (recent === undefined) this.#hashes.set(key, hash);
    this.#used.add(holder.principal.actor.id);
    return holder.principal;
  }

  /** Keys, tokens and sessions of a suspended tenant are known, and open nothing. */
  isSuspended({ tenantId }: Principal): boolean {
    return this.#suspended.has(tenantId);
  }

  /** Whether there is such a tenant, suspended or not. */
  isRegistered(tenantId: string): boolean {
    return tenantId === INSTALLATION || (this.#tenants.get(tenantId)?.state.status ?? 'unknown') !== 'unknown';
  }

  /** Every tenant but the installation's own, by id. */
  tenants(): readonly KnownTenant[] {
    return [...this.#tenants.values()]
      .flatMap(({ state }) => (state.status === 'unknown' ? [] : [state]))
      .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  }

  /** When a key was last used in any process, at most a minute stale; null when that is not known. */
  lastUsedAt(keyId: string): Instant | null {
    return this.#lastUsed.get(actorIdOf(keyId)) ?? null;
  }

  /** Notes what was used, and hears what others have seen; whatever is not told now is told with the next. */
  async tellUses(): Promise<void> {
    const [used, now] = [this.#used, this.clock.now()];
    this.#used = new Set();
    for (const id of used) {
      this.#lastUsed.set(id, now);
      this.#untold.set(id, now);
    }
    const telling = new Map(this.#untold);
    const known = await this.lastUses?.exchange(telling).catch(() => undefined); // told with the next
    for (const [id, at] of telling) if (known !== undefined && this.#untold.get(id) === at) this.#untold.delete(id);
    for (const [id, at] of known ?? []) if (at > (this.#lastUsed.get(id) ?? '')) this.#lastUsed.set(id, at);
  }

  /** Calls back once what the caller came with has ended, however that comes. @returns what ends the watch */
  watch(principal: Principal, onEnd: () => void): () => void {
    this.#watched.set(onEnd, principal);
    return () => void this.#watched.delete(onEnd);
  }

  /** What this process has just recorded need not come back from the store first. */
  learnKeys(tenantId: TenantId, { state, revision }: Pick<Snapshot<ApiKeys>, 'state' | 'revision'>): void {
    const known = this.#known.get(tenantId);
    if (known !== undefined && known.revision >= revision) return;
    for (const { hash, keyId } of known?.state.keys ?? []) {
      this.#holders.delete(hash);
      this.#actors.delete(actorIdOf(keyId));
    }
    this.#known.set(tenantId, { state, revision });
    for (const { hash, keyId, role, prefix, expiresAt, revokedAt } of state.keys)
      if (revokedAt === null) this.#hold(hash, tenantId, keyId, role, prefix, expiresAt);
  }

  /** As {@link learnKeys}. */
  learnTenant(tenantId: string, { state, revision }: Pick<Snapshot<Tenant>, 'state' | 'revision'>): void {
    const known = this.#tenants.get(tenantId);
    if (known !== undefined && known.revision >= revision) return;
    this.#tenants.set(tenantId, { state, revision });
    if (state.status === 'suspended') this.#suspended.add(tenantId);
    else this.#suspended.delete(tenantId);
  }

  #hold(
    hash: string,
    tenantId: TenantId,
    keyId: string,
    role: string,
    prefix: string | null,
    endsAt: Instant | null,
  ): void {
    const principal: Principal = { tenantId, actor: { id: actorIdOf(keyId), role, kind: 'service' }, prefix };
    const holder = { principal, endsAt };
    this.#holders.set(hash, holder);
    this.#actors.set(principal.actor.id, holder);
  }

  #hasEnded({ endsAt }: Holder): boolean {
    return endsAt !== null && this.clock.now() >= endsAt;
  }

  /** What fails at the start fails the start; later it is tried again for ever. */
  async #follow(onCaughtUp: () => void, onFailed: (error: unknown) => void): Promise<void> {
    const { signal } = this.#ended;
    let caughtUp = false;
    while (!signal.aborted) {
      try {
        const types = [...apiKeysType.codec.types, ...tenantType.codec.types];
        for await (const batch of this.events.subscribe({ after: this.#reached, types, signal })) {
          for (const event of batch.events) this.#take(event);
          this.#reached = batch.position;
          if (!batch.caughtUp) continue;
          caughtUp = true;
          onCaughtUp();
        }
      } catch (error) {
        if (!caughtUp) {
          onFailed(error);
          return;
        }
        this.onTrouble(messageOf(error));
        await delay(RETRY_MS, undefined, { signal }).catch((aborted: unknown) => aborted);
      }
    }
  }

  #take(event: RecordedEvent): void {
    const isOfTenant = tenantType.codec.types.some((type) => type === event.type);
    if (isOfTenant) this.#takeTenant(event);
    else this.#takeKey(event);
  }

  #takeKey(event: RecordedEvent): void {
    const { tenantId } = event.meta;
    const known = this.#known.get(tenantId);
    if (known !== undefined && known.revision >= event.revision) return;
    const state = evolveRecorded(apiKeysType, known?.state ?? apiKeysType.initial, event);
    this.learnKeys(tenantId, { state, revision: event.revision });
  }

  #takeTenant(event: RecordedEvent): void {
    const { tenantId } = tenantType.codec.decode(event).data;
    const known = this.#tenants.get(tenantId);
    if (known !== undefined && known.revision >= event.revision) return;
    const state = evolveRecorded(tenantType, known?.state ?? tenantType.initial, event);
    this.learnTenant(tenantId, { state, revision: event.revision });
  }

  #endWatched(): void {
    for (const [onEnd, principal] of this.#watched) {
      const hasEnded = principal.hasEnded?.() ?? this.#keyHasEnded(principal);
      if (!hasEnded && !this.isSuspended(principal)) continue;
      this.#watched.delete(onEnd);
      onEnd();
    }
  }

  #keyHasEnded({ actor }: Principal): boolean {
    const holder = this.#actors.get(actor.id);
    return holder === undefined || this.#hasEnded(holder);
  }
}
