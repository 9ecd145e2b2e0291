import { type AggregateType, evolveRecorded, type Snapshot } from '#aggregates';
import type { RecordedEvent } from '#event-store';
import type { Clock, DomainEvent, Instant, TenantId } from '#kernel';
import { type ApiKey, type ApiKeys, apiKeysType } from './domain/api-keys.js';
import { type KnownTenant, type Tenant, tenantType } from './domain/tenant.js';
import type { Principal } from './principal.js';
import { INSTALLATION } from './roles.js';

type Known<State> = Pick<Snapshot<State>, 'state' | 'revision'>;

/** What is known of a stream once an event of it has come, for the first time or again. */
const withEvent = <State, Event extends DomainEvent>(
  type: AggregateType<State, Event>,
  known: Known<State> = { state: type.initial, revision: -1n },
  event: RecordedEvent,
): Known<State> =>
  known.revision >= event.revision
    ? known
    : { state: evolveRecorded(type, known.state, event), revision: event.revision };

const isNews = <State>(known: Known<State> | undefined, { revision }: Known<State>): boolean =>
  known === undefined || known.revision < revision;

/** A key that opens something, until it ends by itself. */
interface Holder {
  readonly principal: Principal;
  readonly endsAt: Instant | null;
}

type Held = Pick<ApiKey, 'keyId' | 'hash' | 'role' | 'prefix' | 'expiresAt'>;

/** As events name who acted with a key. */
export const actorIdOf = (keyId: string): string => `key:${keyId}`;

/**
 * Whom keys belong to, by their hashes alone: what the streams of keys and tenants come to, however often and in
 * whatever portions their events are taken.
 */
export class KeyIndex {
  readonly #keys = new Map<string, Known<ApiKeys>>();
  readonly #tenants = new Map<string, Known<Tenant>>();
  readonly #holders = new Map<string, Holder>();
  /** The same holders by the id of their actor. */
  readonly #actors = new Map<string, Holder>();

  constructor(private readonly clock: Clock) {}

  /** Whether nobody has a key, not even one that has expired. */
  get isEmpty(): boolean {
    return this.#holders.size === 0;
  }

  /** Who a key belongs to; undefined for one that is not known, has expired or was revoked. */
  whoHas(hash: string): Principal | undefined {
    const holder = this.#holders.get(hash);
    return holder === undefined || this.#isOver(holder) ? undefined : holder.principal;
  }

  /** Keys, tokens and sessions of a suspended tenant are known, and open nothing. */
  isSuspended({ tenantId }: Principal): boolean {
    return this.#tenants.get(tenantId)?.state.status === 'suspended';
  }

  /** Whether what a caller came with opens nothing any more, however that came. */
  hasEnded(principal: Principal): boolean {
    return this.isSuspended(principal) || (principal.hasEnded?.() ?? this.#keyHasEnded(principal));
  }

  /** Every tenant but the installation's own, by id. */
  tenants(): readonly KnownTenant[] {
    return [...this.#tenants.values()]
      .flatMap(({ state }) => (state.status === 'unknown' ? [] : [state]))
      .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  }

  /** Whether there is such a tenant, suspended or not. */
  isRegistered(tenantId: string): boolean {
    return tenantId === INSTALLATION || (this.#tenants.get(tenantId)?.state.status ?? 'unknown') !== 'unknown';
  }

  /** The operator's key, which no stream holds. */
  give(hash: string): void {
    const given = { keyId: 'given-at-start', hash, role: 'administrator', prefix: null, expiresAt: null };
    this.#hold(INSTALLATION, given);
  }

  /** @throws UnknownEventError for one of a newer version */
  take(event: RecordedEvent): void {
    if (KEY_TYPES.has(event.type)) {
      const { tenantId } = event.meta;
      this.learnKeys(tenantId, withEvent(apiKeysType, this.#keys.get(tenantId), event));
    } else {
      const { tenantId } = tenantType.codec.decode(event).data;
      this.learnTenant(tenantId, withEvent(tenantType, this.#tenants.get(tenantId), event));
    }
  }

  /** What this process has just recorded need not come back from the store first. */
  learnKeys(tenantId: TenantId, learned: Known<ApiKeys>): void {
    const known = this.#keys.get(tenantId);
    if (!isNews(known, learned)) return;
    this.#keys.set(tenantId, learned);
    for (const { hash, keyId } of known?.state.keys ?? []) {
      this.#holders.delete(hash);
      this.#actors.delete(actorIdOf(keyId));
    }
    for (const key of learned.state.keys) if (key.revokedAt === null) this.#hold(tenantId, key);
  }

  /** As {@link learnKeys}. */
  learnTenant(tenantId: string, learned: Known<Tenant>): void {
    if (isNews(this.#tenants.get(tenantId), learned)) this.#tenants.set(tenantId, learned);
  }

  #hold(tenantId: TenantId, { keyId, hash, role, prefix, expiresAt }: Held): void {
    const actor = { id: actorIdOf(keyId), role, kind: 'service' } as const;
    const holder: Holder = { principal: { tenantId, actor, prefix }, endsAt: expiresAt };
    this.#holders.set(hash, holder);
    this.#actors.set(actor.id, holder);
  }

  #keyHasEnded({ actor }: Principal): boolean {
    const holder = this.#actors.get(actor.id);
    return holder === undefined || this.#isOver(holder);
  }

  #isOver({ endsAt }: Holder): boolean {
    return endsAt !== null && this.clock.now() >= endsAt;
  }
}

const KEY_TYPES: ReadonlySet<string> = new Set(apiKeysType.codec.types);

/** What an index has to take. */
export const INDEXED_TYPES: readonly string[] = [...KEY_TYPES, ...tenantType.codec.types];
