import { LRUCache } from 'lru-cache';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AggregateStore, type AggregateType, EventCodec } from '#aggregates';
import type { EventStore } from '#event-store';
import {
  type Actor,
  type Clock,
  type CommandId,
  type CommandMeta,
  type CorrelationId,
  type DomainEvent,
  type Instant,
  newUuid,
  type TenantId,
} from '#kernel';

/** Who sent a request, as its key says. */
export interface Principal {
  readonly tenantId: TenantId;
  readonly actor: Actor;
}

/** Only the hash is ever recorded: a key cannot be read back from the history. */
type ApiKeyIssued = DomainEvent<'ApiKeyIssued', { keyId: string; hash: string; role: string; issuedAt: Instant }>;
type IssuedKeys = {
  readonly keys: readonly { readonly keyId: string; readonly hash: string; readonly role: string }[];
};

export const accessType: AggregateType<IssuedKeys, ApiKeyIssued> = {
  category: 'access',
  initial: { keys: [] },
  evolve: ({ keys }, { data: { keyId, hash, role } }) => ({ keys: [...keys, { keyId, hash, role }] }),
  codec: new EventCodec<ApiKeyIssued>({ ApiKeyIssued: [] }),
};

/** The one tenant of an installation that has not been divided. */
const DEFAULT_TENANT = 'default' as TenantId;
const STREAM_ID = 'keys';

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Keys are random enough (or checked to be long enough) that a fast hash is as good as a slow one. */
export class AccessKeys {
  readonly #issued: AggregateStore<IssuedKeys, ApiKeyIssued>;
  /** Callers send the same few keys again and again; hashing each time costs more than the rest of the check. */
  readonly #recent = new LRUCache<string, Principal>({ max: 1_000 });
  readonly #principals = new Map<string, { readonly hash: Buffer; readonly principal: Principal }>();

  constructor(
    events: EventStore,
    private readonly clock: Clock,
  ) {
    this.#issued = new AggregateStore(accessType, events, clock);
  }

  /** Makes known the operator's key, if one was given, and all that were issued. */
  async open(given: string | undefined): Promise<void> {
    if (given !== undefined) this.#admit('given-at-start', hashOf(given), 'administrator');
    const issued = (await this.#issued.find(DEFAULT_TENANT, STREAM_ID))?.state.keys ?? [];
    for (const { keyId, hash, role } of issued) this.#admit(keyId, hash, role);
  }

  /** Issues a key when there is none at all. @returns it, to be shown once */
  async issueFirst(): Promise<string | undefined> {
    if (this.#principals.size > 0) return undefined;
    const key = `ldk_${randomBytes(24).toString('base64url')}`;
    const [keyId, hash, role] = [newUuid(), hashOf(key), 'administrator'];
    const id = newUuid();
    const meta: CommandMeta = {
      commandId: id as CommandId,
      correlationId: id as CorrelationId,
      tenantId: DEFAULT_TENANT,
      actor: { id: 'first-start', role: 'system', kind: 'system' },
    };
    await this.#issued.change(STREAM_ID, meta, () => [
      { type: 'ApiKeyIssued', data: { keyId, hash, role, issuedAt: this.clock.now() } },
    ]);
    this.#admit(keyId, hash, role);
    return key;
  }

  /** Who a key belongs to; undefined for a key that is not known. */
  whoHas(key: string): Principal | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const hash = hashOf(key);
    const found = this.#principals.get(hash);
    if (found === undefined || !timingSafeEqual(found.hash, Buffer.from(hash, 'hex'))) return undefined;
    this.#recent.set(key, found.principal);
    return found.principal;
  }

  #admit(keyId: string, hash: string, role: string): void {
    const principal: Principal = { tenantId: DEFAULT_TENANT, actor: { id: `key:${keyId}`, role, kind: 'service' } };
    this.#principals.set(hash, { hash: Buffer.from(hash, 'hex'), principal });
  }
}
