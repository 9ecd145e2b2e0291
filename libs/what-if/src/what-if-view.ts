import { obligationView, serviceRequestType } from '#service-request';
import type { WhatIfOutcome } from './run-what-if.js';

/** The warnings that were given, as {@link whatIfView} tells them. */
const warningsOf = ({ events }: WhatIfOutcome) =>
  events.flatMap((event) => {
    const known = event.type === 'DeadlineApproaching' ? serviceRequestType.codec.decode(event) : undefined;
    if (known?.type !== 'DeadlineApproaching') return [];
    const { kind, cycle, percent, at, noticedAt } = known.data;
    return [{ kind, cycle, percent, at, noticedAt }];
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
