import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { Generation } from './projection.js';

/** Keeps a statement below SQLite's limit of parameters, and its texts few. */
const ROWS_AT_ONCE = 100;

/**
 * Writes rows whole: inserts them, or replaces what stands under their key. Building such a statement costs more than
 * running it, so its text is kept for each number of rows.
 */
export class Upsert<Schema, Table extends keyof Schema & string> {
  readonly #texts = new WeakMap<Generation, Map<number, string>>();

  /** @param fixed columns that never change after the first time: an index of these is left alone by what comes later */
  constructor(
    private readonly table: Table,
    private readonly columns: readonly (keyof Schema[Table] & string)[],
    private readonly key: readonly (keyof Schema[Table] & string)[],
    private readonly fixed: readonly (keyof Schema[Table] & string)[] = [],
  ) {}

  /** Of several rows with one key in a call, the store refuses the second: give each key once. */
  async save(database: Kysely<Schema>, generation: Generation, rows: readonly Schema[Table][]): Promise<void> {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const chunk = rows.slice(start, start + ROWS_AT_ONCE);
      const parameters = chunk.flatMap((row) => this.columns.map((column) => row[column]));
      await database.executeQuery(CompiledQuery.raw(this.#textFor(database, generation, chunk.length), parameters));
    }
  }

  #textFor(database: Kysely<Schema>, generation: Generation, rows: number): string {
    const texts = this.#texts.get(generation) ?? new Map<number, string>();
    this.#texts.set(generation, texts);
    const text = texts.get(rows) ?? this.#compile(database, generation, rows);
    texts.set(rows, text);
    return text;
  }

  #compile(database: Kysely<Schema>, generation: Generation, rows: number): string {
    const list = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));
    const row = sql`(${sql.join(this.columns)})`;
    const changes = this.columns
      .filter((column) => !this.key.includes(column) && !this.fixed.includes(column))
      .map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`);
    return sql`INSERT INTO ${sql.table(generation.table(this.table))} (${list(this.columns)})
      VALUES ${sql.join(Array<typeof row>(rows).fill(row))}
      ON CONFLICT (${list(this.key)}) DO UPDATE SET ${sql.join(changes)}`.compile(database).sql;
  }
}
