import { sql } from 'kysely';
import { UnknownEventError } from '#aggregates';
import { MemoryEventStore, type RecordedEvent, type SubscribeOptions, type SubscriptionBatch } from '#event-store';
import type { Projection } from '../src/projection.js';

interface Tally {
  readonly stream: string;
  readonly total: number;
}

export interface TallySchema {
  tallies: Tally;
  copies: Tally;
}

const amountOf = ({ type, schemaVersion, data }: RecordedEvent): number => {
  if (type === 'Unheard') throw new UnknownEventError(type, schemaVersion);
  return Number(data['number']);
};

/** Adds up the numbers of each stream, and keeps note of what it was fed: `g1:7` is position 7 in the first generation. */
export const tallyProjection = ({
  table = 'tallies',
  version = 1,
}: { table?: keyof TallySchema; version?: number } = {}) => {
  const applied: string[] = [];
  const projection: Projection<TallySchema> = {
    name: table,
    version,
    tables: [table],
    categories: ['till'],
    async createTables(database, generation) {
      const name = sql.table(generation.table(table));
      await sql`CREATE TABLE ${name} (stream TEXT PRIMARY KEY, total INTEGER NOT NULL)`.execute(database);
    },
    async apply(database, generation, events) {
      const name = sql.table(generation.table(table));
      for (const event of events) {
        await sql`INSERT INTO ${name} (stream, total) VALUES (${event.stream}, ${amountOf(event)})
          ON CONFLICT (stream) DO UPDATE SET total = total + excluded.total`.execute(database);
        applied.push(`g${generation.number}:${event.position}`);
      }
    },
  };
  return { projection, applied };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Holds back those who read from the very start, as a rebuild does, while its gate is closed. */
export class GatedEventStore extends MemoryEventStore {
  #gate = Promise.resolve();

  closeGate(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return () => {
      open();
    };
  }

  override async *subscribe(options: SubscribeOptions): AsyncGenerator<SubscriptionBatch, void, undefined> {
    for await (const batch of super.subscribe(options)) {
      if (options.after === undefined) await Promise.race([this.#gate, aborted(options.signal)]);
      yield batch;
    }
  }
}
