import type { RequestId } from '#kernel';
import { type ExplainedObligation, RULES_IN_WORDS } from '#service-request';

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
    rule: { name: rule, detail: RULES_IN_WORDS[rule], setBy: cause, ...(takenOverFrom && { takenOverFrom }) },
    verified,
    tzdata: { recorded: tzdata, zoneRules, here: tzdataHere, expirationTimeHere, differsHere },
    countedMs,
    explanation: rows,
    specialDates,
  };
};
