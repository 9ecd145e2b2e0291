import type { Impact, ObligationKind } from '#service-level';
import { PERIOD_UNITS } from './periods.js';

/** What figures can be told apart by; of the periods one at a time. */
export const GROUPINGS = ['policy', 'customer', 'severity', 'kind', ...PERIOD_UNITS] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Percentiles by nearest rank: each is a time that some answer took. */
export const PERCENTILES = [50, 75, 90, 95] as const;

/** Budgets that might have been, in milliseconds, by severity. */
export type Budgets = Readonly<Partial<Record<Impact, number>>>;

/** One group's figures as they are counted, times in milliseconds. */
export interface Counts {
  readonly met: number;
  readonly breached: number;
  readonly annulled: number;
  readonly unanswered: number;
  readonly measured: number;
  readonly totalMs: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  /** Under other budgets: kept, missed, and those of which that is not known. */
  readonly kept: number;
  readonly missed: number;
  readonly undecided: number;
}

/** Minutes with two decimals, of a time or of the mean of several: divided once, so that a half is a half. */
const minutes = (ms: number | null, count = 1): number | null =>
  ms === null || count === 0 ? null : Math.round(ms / (count * 600)) / 100;

const attainment = (met: number, of: number) => ({
  met,
  of,
  /** Four decimals; null when nothing was due. */
  ratio: of === 0 ? null : Math.round((met * 10_000) / of) / 10_000,
});

/** As callers see them. */
export const figuresOf = (counts: Counts, budgets: Budgets) => {
  const { met, breached, annulled, unanswered, measured, totalMs, kept, missed, undecided } = counts;
  return {
    attainment: attainment(met, met + breached),
    met,
    breached,
    annulled,
    unanswered,
    responseMinutes: {
      measured,
      mean: minutes(totalMs, measured),
      p50: minutes(counts.p50),
      p75: minutes(counts.p75),
      p90: minutes(counts.p90),
      p95: minutes(counts.p95),
    },
    ...(Object.keys(budgets).length > 0 && { whatIf: { attainment: attainment(kept, kept + missed), undecided } }),
  };
};

export type Figures = ReturnType<typeof figuresOf>;

export interface AttainmentFilter {
  readonly kind?: ObligationKind | undefined;
  readonly policyId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly severity?: Impact | undefined;
}
