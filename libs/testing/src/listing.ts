import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { Kysely, sql, SqliteDialect } from 'kysely';
import { MemoryEventStore } from '#event-store';
import { createCheckpoints, openSqliteReadStore, type Projection, Projector } from '#read-store';

type Values = readonly (string | number | null)[];

interface Asked {
  readonly text: string;
  readonly values: Values;
}

const QUIET = { info: () => undefined, error: () => undefined };

/** Tables of read models without the events behind them, and what the database is asked for lists of their rows. */
export const listing = async <Schema>(...projections: readonly Projection<Schema>[]) => {
  const folder = await mkdtemp(join(tmpdir(), 'listing-'));
  const file = join(folder, 'read.sqlite');
  const writer = openSqliteReadStore<Schema>(file, 'write');
  const events = new MemoryEventStore();
  await createCheckpoints(writer as never, events); // each part sees its own tables
  for (const projection of projections) {
    const projector = new Projector(projection, events, writer, QUIET);
    await projector.start();
    await projector.stop();
  }
  const raw = new DatabaseSync(file, { readOnly: true });
  const asked: Asked[] = [];
  const prepare = (text: string) => {
    const statement = raw.prepare(text);
    const all = (values: readonly unknown[]): unknown[] => {
      asked.push({ text, values: values as Values });
      return statement.all(...(values as Values)) as unknown[];
    };
    const noCommand = (): never => {
      throw new Error('Lists only read.');
    };
    return { reader: true, all, run: noCommand, iterate: noCommand };
  };
  const database = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: { prepare, close: () => raw.close() } }),
  });

  const stepsOf = ({ text, values }: Asked): readonly string[] => {
    const steps = raw.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { readonly detail: string }[];
    return steps.map(({ detail }) => detail);
  };

  return {
    database,
    /** Rows as a projection would have written them. */
    async fill<Table extends keyof Schema & string>(table: Table, rows: readonly Schema[Table][]): Promise<void> {
      await writer.transaction().execute(async (transaction) => {
        for (const row of rows) {
          const names = Object.keys(row as object).map((name) => sql.ref(name));
          await sql`INSERT INTO ${sql.table(`${table}_g1`)} (${sql.join(names)})
            VALUES (${sql.join(Object.values(row as object))})`.execute(transaction);
        }
      });
    },
    /** How the database goes about what it was asked meanwhile, step by step, each way once. */
    async plansOf(ask: () => Promise<unknown>): Promise<readonly string[]> {
      asked.length = 0;
      await ask();
      return [...new Set(asked.flatMap(stepsOf))];
    },
    async end(): Promise<void> {
      await database.destroy();
      await writer.destroy();
      await events.close();
      await rm(folder, { recursive: true });
    },
  };
};

export type Listing<Schema> = Awaited<ReturnType<typeof listing<Schema>>>;

/** Every page of a list, the next one asked for with the last row seen. */
export const paged = async <Item, Place>(
  page: (after: Place | undefined) => Promise<readonly Item[]>,
  limit: number,
  placeOf: (item: Item) => Place,
): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for (let after: Place | undefined; ;) {
    const items = await page(after);
    all.push(...items);
    const last = items.at(-1);
    if (last === undefined || items.length < limit) return all;
    after = placeOf(last);
  }
};
