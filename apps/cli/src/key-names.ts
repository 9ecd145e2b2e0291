import { apiKeysType, KEYS } from '#access';
import { streamName } from '#aggregates';
import { type EventStore, type RecordedEvent, StreamNotFoundError } from '#event-store';
import { printable } from './table.js';

/** What people call the keys that commands came with: events say their ids. */
export class KeyNames {
  readonly #names = new Map<string, string>();

  /** Learns the name from the event that issued a key; others teach nothing. */
  learn({ type, data: { keyId, name, prefix } }: Pick<RecordedEvent, 'type' | 'data'>): void {
    if (type === 'ApiKeyIssued' && typeof keyId === 'string' && typeof name === 'string')
      this.#names.set(`key:${keyId}`, `${name} (${typeof prefix === 'string' ? prefix : `key:${keyId}`})`);
  }

  /** Who did it, and for whom where a service said so. */
  actedBy({ meta: { actor, onBehalfOf } }: Pick<RecordedEvent, 'meta'>): string {
    const known = this.#names.get(actor.id) ?? actor.id;
    return printable(onBehalfOf === undefined ? known : `${known} for ${onBehalfOf}`);
  }
}

/** The names of a tenant's keys. */
export const readKeyNames = async (events: EventStore, tenant: string): Promise<KeyNames> => {
  const names = new KeyNames();
  const issued = await events.readStream(streamName(apiKeysType, tenant, KEYS)).catch((error: unknown) => {
    if (error instanceof StreamNotFoundError) return [];
    throw error;
  });
  for (const event of issued) names.learn(event);
  return names;
};
