import type { Instant } from '#kernel';
import { livedThrough, type Obligation, stopping } from './obligation.state.js';
import { deadlineAfterPause, type TermsOf } from './deadline.js';
import { promiseAgain } from './promise.js';
import type { PromiseDue } from './service-request.events.js';
import type { FiledRequest } from './service-request.state.js';

const stands = ({ pauses }: FiledRequest, { pausesOn }: Obligation): boolean =>
  stopping(pauses, pausesOn).some(({ to }) => to === null);

/**
 * A new deadline for each promise that was stopped and that no open pause stops any more (R7).
 * @param asPromised what each was promised: nothing about it has changed
 */
export const runAgain = (request: FiledRequest, asPromised: TermsOf, now: Instant): readonly PromiseDue[] =>
  request.obligations
    .filter((obligation) => obligation.state === 'paused' && !stands(request, obligation))
    .map((obligation) => {
      const terms = asPromised(obligation);
      const deadline = deadlineAfterPause(obligation, livedThrough(request.pauses, obligation), terms);
      return promiseAgain(request, obligation, { terms, deadline, now });
    });
