import { join } from 'node:path';
import { type Configuration, ConfigurationError } from '#configuration';
import { type EventStore, KurrentDbEventStore, SqliteEventStore, StoreUnavailableError } from '#event-store';
import { messageOf } from '#kernel';
import type { EventsAddress } from '../../projector/src/events-address.js';

export interface OpenedEvents {
  readonly events: EventStore;
  /** A line of its own for another thread. */
  readonly connect: () => EventsAddress;
}

const CREDENTIALS = /^[^:]+:\/\/(?:[^@?]*@)?/;

/** Everything that starts after the store would wait for it without a word. */
const assertAnswers = async (events: EventStore, url: string): Promise<void> => {
  try {
    await events.readAll({ limit: 1 });
  } catch (cause) {
    await events.close();
    const [host] = url.replace(CREDENTIALS, '').split(/[/?]/, 1);
    throw new StoreUnavailableError(
      `The event store at ${host} cannot be used (${messageOf(cause)}). Start it, or correct KURRENTDB_URL.`,
      { cause },
    );
  }
};

/**
 * The event store that the settings name.
 * @param onDeath told when its writer dies
 * @throws ConfigurationError @throws StoreUnavailableError
 */
export const openEvents = async (
  { kurrentDbUrl, dataDirectory }: Configuration,
  onDeath: (error: Error) => void,
): Promise<OpenedEvents> => {
  if (kurrentDbUrl !== undefined) {
    const events = await KurrentDbEventStore.open(kurrentDbUrl).catch((error: unknown) => {
      throw error instanceof TypeError ? new ConfigurationError(error.message, { cause: error }) : error;
    });
    await assertAnswers(events, kurrentDbUrl);
    return { events, connect: () => ({ kind: 'kurrentdb', url: kurrentDbUrl }) };
  }
  const file = join(dataDirectory, 'events.db');
  const events = await SqliteEventStore.open(file, onDeath);
  return { events, connect: () => ({ kind: 'sqlite', file, port: events.connectPort() }) };
};
