import { type RawBuilder, sql } from 'kysely';

/** What each of some columns may hold. */
export type Choices = Readonly<Record<string, readonly (string | number)[]>>;

const conditionsOf = (choices: Choices): readonly RawBuilder<boolean>[] => {
  let all = [sql<boolean>`TRUE`];
  for (const [column, values] of Object.entries(choices))
    all = all.flatMap((before) => values.map((value) => sql<boolean>`${before} AND ${sql.ref(column)} = ${value}`));
  return all;
};

export interface MergedRanges {
  /** With the columns of an index that stand before those of `orderBy`. */
  readonly choices: Choices;
  /** Selects the rows of one range, given the condition which one. */
  readonly select: (within: RawBuilder<boolean>) => RawBuilder<unknown>;
  /** Columns that are selected. */
  readonly orderBy: RawBuilder<unknown>;
  readonly limit: number;
  /** So many rows are passed by. */
  readonly offset?: number;
}

/**
 * A page of rows that may hold one of several values in some columns. An index that begins with these columns has a range
 * for each combination, in the list's order: the database merges them row by row, reads no more of any than the page needs,
 * and sorts nothing. So a page costs a seek a range and its own rows, whatever else is stored; one `IN` would read and sort
 * all of them.
 */
export const mergedRanges = <Row>({ choices, select, orderBy, limit, offset = 0 }: MergedRanges): RawBuilder<Row> =>
  sql<Row>`${sql.join(conditionsOf(choices).map(select), sql` UNION ALL `)}
    ORDER BY ${orderBy} LIMIT ${limit} OFFSET ${offset}`;
