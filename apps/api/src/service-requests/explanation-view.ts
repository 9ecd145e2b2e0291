import type { RequestId } from '#kernel';
import type { DeadlineRule, ExplainedObligation } from '#service-request';

const RULES: Readonly<Record<DeadlineRule, string>> = {
  startPlusBudget: 'The budget is spent from the start on: R5.',
  earlierOfBoth: 'The earlier of the old due and the change plus the new budget: R8 fromChange.',
  laterOfBoth: 'The later of the old due and the start plus the new budget: R8 fromChange.',
  restAfterPause: 'What was left when the clock stopped, from its resumption on: R7, R8 fromChange.',
};

/** What a caller sees of an explanation: as of a quote, and what was recorded beside it. */
export const explanationView = (
  serviceRequestId: RequestId,
  { obligation, explanation, takenOverFrom, tzdataHere }: ExplainedObligation,
) => {
  const { kind, cycle, revision, state, serviceLevelAgreement, policy, calendar, severity, tzdata, zoneRules } =
    obligation;
  const { rule, cause, rows, specialDates, countedMs, verified, expirationTimeHere, differsHere } = explanation;
  return {
    serviceRequestId,
    kind,
    cycle,
    revision,
    state,
    ...serviceLevelAgreement,
    policy,
    calendar,
    severity,
    rule: { name: rule, detail: RULES[rule], setBy: cause, ...(takenOverFrom && { takenOverFrom }) },
    verified,
    tzdata: { recorded: tzdata, zoneRules, here: tzdataHere, expirationTimeHere, differsHere },
    countedMs,
    explanation: rows,
    specialDates,
  };
};
