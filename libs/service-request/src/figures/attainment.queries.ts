import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Instant, instantFromMs, instantToMs, type Scope } from '#kernel';
import {
  type AttainmentFilter,
  type Budgets,
  type Counts,
  type Figures,
  figuresOf,
  type Grouping,
  PERCENTILES,
} from './attainment.js';
import { isPeriodUnit, type Period, periodsBetween } from './periods.js';
import { isVisible } from '../read-models/visible.js';
import type { ServiceRequestSchema } from '../read-models/schema.js';

/** Groups, and periods, of one answer. */
export const MOST_GROUPS = 2_000;

/** Which outcomes are counted, told apart by what. */
export interface AttainmentQuestion {
  readonly filter: AttainmentFilter;
  /** Of the due time. */
  readonly from?: Instant | undefined;
  /** Not included. */
  readonly to?: Instant | undefined;
  /** What had been recorded by then, instead of by now. */
  readonly asOf?: Instant | undefined;
  readonly groupBy: readonly Grouping[];
  /** Whose months, weeks and days. */
  readonly timeZone: string;
  readonly budgets: Budgets;
}

export interface Group extends Figures {
  readonly by: Readonly<Partial<Record<Grouping, string>>>;
}

export interface AttainmentAnswer {
  readonly totals: Figures;
  /** Undefined when there would be more than {@link MOST_GROUPS}, or as many periods. */
  readonly groups: readonly Group[] | undefined;
}

const COLUMNS = {
  policy: sql`policy_id`,
  customer: sql`customer_id`,
  severity: sql`severity`,
  kind: sql`kind`,
  month: sql`period`,
  week: sql`period`,
  day: sql`period`,
} as const satisfies Record<Grouping, RawBuilder<unknown>>;

const conditions = (scope: Scope, { filter, from, to, asOf }: AttainmentQuestion): RawBuilder<unknown> => {
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  return sql.join(
    [
      sql`tenant = ${scope.tenantId}`,
      isVisible(scope),
      ...(from === undefined ? [] : [sql`due_at >= ${from}`]),
      ...(to === undefined ? [] : [sql`due_at < ${to}`]),
      asOf === undefined
        ? sql`recorded_until IS NULL`
        : sql`recorded_from <= ${asOf} AND (recorded_until IS NULL OR recorded_until > ${asOf})`,
      ...equal('kind', filter.kind),
      ...equal('policy_id', filter.policyId),
      ...equal('customer_id', filter.customerId),
      ...equal('severity', filter.severity),
    ],
    sql` AND `,
  );
};

/** 1 when it would have been kept, 0 when not, null when that cannot be told from what was measured. */
const verdict = (budgets: Budgets): RawBuilder<unknown> => {
  const cases = Object.entries(budgets).map(([severity, ms]) => sql`WHEN ${severity} THEN ${ms}`);
  const budget = cases.length === 0 ? sql`budget_ms` : sql`CASE severity ${sql.join(cases, sql` `)} ELSE budget_ms END`;
  return sql`CASE
    WHEN ${budget} = budget_ms THEN outcome = 'met'
    WHEN elapsed_ms IS NOT NULL THEN elapsed_ms + clock_stood <= ${budget}
    WHEN outcome = 'met' AND ${budget} > budget_ms THEN 1
    WHEN outcome = 'breached' AND ${budget} < budget_ms THEN 0 END`;
};

const count = (condition: RawBuilder<unknown>): RawBuilder<unknown> => sql`COUNT(*) FILTER (WHERE ${condition})`;

/** The value of rank ⌈p/100 · n⌉ among those measured. */
const percentile = (percent: number): RawBuilder<unknown> =>
  sql`MAX(CASE WHEN place = (measured * ${sql.lit(percent)} + 99) / 100 THEN took END) AS ${sql.ref(`p${percent}`)}`;

/** The figures of what was promised: counted in the database, in one pass over the rows of the time asked for. */
export class AttainmentQueries {
  constructor(private readonly database: Kysely<ServiceRequestSchema>) {}

  async attainment(scope: Scope, question: AttainmentQuestion): Promise<AttainmentAnswer> {
    const { groupBy, budgets } = question;
    const [all] = await this.#count(scope, question, [], []);
    const totals = figuresOf(all ?? NONE, budgets);
    if (all === undefined || groupBy.length === 0) return { totals, groups: [] };
    const periods = await this.#periods(scope, question);
    if (periods === undefined) return { totals, groups: undefined };
    const counted = await this.#count(scope, question, groupBy, periods);
    const groups = counted.map((counts) => ({
      by: Object.fromEntries(groupBy.map((grouping, index) => [grouping, counts[`g${index}`]])),
      ...figuresOf(counts, budgets),
    }));
    return { totals, groups: groups.length > MOST_GROUPS ? undefined : groups };
  }

  /** Those of the time asked for, as far as something was due in it. */
  async #periods(scope: Scope, question: AttainmentQuestion): Promise<readonly Period[] | undefined> {
    const unit = question.groupBy.find(isPeriodUnit);
    if (unit === undefined) return [];
    const { rows } = await sql<{ first: Instant | null; last: Instant | null }>`
      SELECT MIN(due_at) AS first, MAX(due_at) AS last FROM outcomes WHERE ${conditions(scope, question)}`.execute(
      this.database,
    );
    const { first = null, last = null } = rows[0] ?? {};
    if (first === null || last === null) return [];
    return periodsBetween(unit, question.timeZone, first, instantFromMs(instantToMs(last) + 1), MOST_GROUPS);
  }

  async #count(
    scope: Scope,
    question: AttainmentQuestion,
    groupBy: readonly Grouping[],
    periods: readonly Period[],
  ): Promise<readonly (Counts & Readonly<Record<`g${number}`, string>>)[]> {
    const names = groupBy.map((_, index) => sql.ref(`g${index}`));
    const groups = names.map((name) => sql`${name},`);
    const columns = groupBy.map((grouping, index) => sql`${COLUMNS[grouping]} AS ${sql.ref(`g${index}`)},`);
    const partition = names.length === 0 ? sql`` : sql`PARTITION BY ${sql.join(names)}`;
    const spans = periods.map(({ name, from, to }) => sql`(${name}, ${from}, ${to})`);
    const each =
      names.length === 0 ? sql`HAVING COUNT(*) > 0` : sql`GROUP BY ${sql.join(names)} ORDER BY ${sql.join(names)}`;
    // The rows are sorted by what stands in them: only what is counted does.
    const { rows } = await sql<Counts & Record<`g${number}`, string>>`
      WITH ${spans.length === 0 ? sql`` : sql`periods (period, starts, ends) AS (VALUES ${sql.join(spans)}),`}
      judged AS (
        SELECT ${sql.join(columns, sql` `)} outcome, outcome = 'breached' AND responded_at IS NULL AS waits,
          CASE WHEN outcome <> 'annulled' THEN elapsed_ms END AS took,
          CASE WHEN outcome <> 'annulled' THEN ${verdict(question.budgets)} END AS would
        FROM outcomes ${spans.length === 0 ? sql`` : sql`JOIN periods ON due_at >= starts AND due_at < ends`}
        WHERE ${conditions(scope, question)}),
      ranked AS (
        SELECT *, ROW_NUMBER() OVER (${partition} ORDER BY took IS NULL, took) AS place,
          COUNT(took) OVER (${partition}) AS measured
        FROM judged)
      SELECT ${sql.join(groups, sql` `)}
        ${count(sql`outcome = 'met'`)} AS met,
        ${count(sql`outcome = 'breached'`)} AS breached,
        ${count(sql`outcome = 'annulled'`)} AS annulled,
        ${count(sql`waits`)} AS unanswered,
        MAX(measured) AS measured, SUM(took) AS totalMs, ${sql.join(PERCENTILES.map(percentile))},
        ${count(sql`would = 1`)} AS kept, ${count(sql`would = 0`)} AS missed,
        ${count(sql`would IS NULL AND outcome <> 'annulled'`)} AS undecided
      FROM ranked ${each} LIMIT ${MOST_GROUPS + 1}`.execute(this.database);
    return rows;
  }
}

const NONE: Counts = {
  met: 0,
  breached: 0,
  annulled: 0,
  unanswered: 0,
  measured: 0,
  totalMs: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  kept: 0,
  missed: 0,
  undecided: 0,
};
