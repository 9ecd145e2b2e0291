import type { Kysely } from 'kysely';
import type { RecordedEvent } from '#event-store';

/**
 * A read model and how events change it. Queries read its views under their plain names; its tables carry the
 * generation in theirs, so that a rebuild grows beside the serving one (G6).
 *
 * `Schema` names the tables by their plain names.
 */
export interface Projection<Schema> {
  readonly name: string;
  /** Raise it when rows change their shape or meaning: the next start rebuilds. */
  readonly version: number;
  readonly tables: readonly (keyof Schema & string)[];
  /** The kinds of streams whose events it is given. */
  readonly categories: readonly string[];
  createTables(database: Kysely<Schema>, generation: Generation): Promise<void>;
  /** @throws UnknownEventError to stop this projection rather than skip what it does not understand */
  apply(database: Kysely<Schema>, generation: Generation, events: readonly RecordedEvent[]): Promise<void>;
}

/** Which build of a read model: names its tables and keeps what it remembers between batches. */
export class Generation {
  /** What `apply` keeps in memory; thrown away with the generation, and whenever a batch fails. */
  readonly memory = new Map<string, unknown>();

  constructor(readonly number: number) {}

  table<Name extends string>(name: Name): Name {
    return `${name}_g${this.number}` as Name; // the queries stay typed by the plain name
  }
}
