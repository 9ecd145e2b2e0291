import { obligationView } from '#service-request';
import type { WhatIfOutcome } from './run-what-if.js';

/** The warnings that were given, as {@link whatIfView} tells them. */
const warningsOf = ({ events }: WhatIfOutcome) =>
  events.flatMap(({ type, data }) => {
    const { kind, cycle, percent, at, noticedAt } = data;
    return type === 'DeadlineApproaching' ? [{ kind, cycle, percent, at, noticedAt }] : [];
  });

/** The open rows sum to the budget, as in a quote. */
const explanationsOf = ({ explanations }: WhatIfOutcome) =>
  explanations.map(({ obligation: { kind, cycle }, explanation: { rule, countedMs, rows } }) => ({
    kind,
    cycle,
    rule,
    countedMs,
    explanation: rows,
  }));

/** An outcome as callers see it: every event in order, and what became of each promise. */
export const whatIfView = (outcome: WhatIfOutcome) => {
  const { request, events } = outcome;
  const { status, severity, obligations, escalations } = request;
  return {
    events: events.map(({ type, recordedAt, data }) => ({ type, at: recordedAt, data })),
    obligations: obligations.map(obligationView),
    warnings: warningsOf(outcome),
    explanations: explanationsOf(outcome),
    status,
    severity,
    escalations,
  };
};
