import type { Instant } from '#kernel';
import { livedThrough, type Obligation, stopping } from './obligation.state.js';
import { deadlineAfterPause, duePromise, type TermsOf } from './promise.js';
import type { PromiseDue } from './service-request.events.js';
import type { FiledRequest } from './service-request.state.js';

const stands = ({ pauses }: FiledRequest, { pausesOn }: Obligation): boolean =>
  stopping(pauses, pausesOn).some(({ to }) => to === null);

/** A new deadline for each promise that was stopped and that no open pause stops any more (R7). */
export const runAgain = (request: FiledRequest, termsOf: TermsOf, now: Instant): readonly PromiseDue[] => {
  const { requestId, obligations, severity } = request;
  return obligations
    .filter((obligation) => obligation.state === 'paused' && !stands(request, obligation))
    .map((obligation) => {
      const terms = termsOf(obligation);
      const pauses = livedThrough(request.pauses, obligation);
      const { startTime } = obligation.serviceLevelAgreement;
      const revision = obligation.revision + 1;
      const input = { requestId, key: obligation, revision, startTime, severity: severity.impact, pauses, terms, now };
      return duePromise(input, deadlineAfterPause(obligation, pauses, terms));
    });
};
