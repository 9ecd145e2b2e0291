import type { Instant } from '#kernel';
import { addNote, type AddNote } from './add-note.js';
import { type ChangeLanguage, changeLanguage } from './change-language.js';
import { type ChangeSeverity, changeSeverity } from './change-severity.js';
import { giveResponse } from './give-response.js';
import { pauseClock } from './pause-clock.js';
import type { TermsOf } from './deadline.js';
import { type ReopenRequest, reopenRequest } from './reopen-request.js';
import { resumeClock } from './resume-clock.js';
import type { OpenHoursOf } from './response-time.js';
import type { ServiceRequestEvent } from './service-request.events.js';
import type { FiledRequest } from './service-request.state.js';
import { closeRequest, type CloseRequest, resolveRequest, type ResolveRequest } from './settle-request.js';

/** One thing that was done to an old ticket. Its time is known, so none is claimed beside it. */
export type ImportStep = { readonly at: Instant } & (
  | ({ readonly do: 'changeSeverity' } & Omit<ChangeSeverity, 'now'>)
  | { readonly do: 'respond'; readonly text: string }
  | { readonly do: 'pause'; readonly reason: string }
  | { readonly do: 'resume'; readonly reason?: string | undefined }
  | ({ readonly do: 'changeLanguage' } & Omit<ChangeLanguage, 'now'>)
  | ({ readonly do: 'note' } & Omit<AddNote, 'now'>)
  | ({ readonly do: 'resolve' } & Omit<ResolveRequest, 'now'>)
  | ({ readonly do: 'close' } & Omit<CloseRequest, 'now'>)
  | ({ readonly do: 'reopen' } & Omit<ReopenRequest, 'now'>)
);

/** What the steps run on, by the request as it has become until then. */
export interface LivedTerms {
  asPromised(request: FiledRequest): Promise<TermsOf>;
  afterChange(
    request: FiledRequest,
    changed: Partial<Pick<ChangeSeverity, 'impact'> & Pick<ChangeLanguage, 'preferredSupportLanguage'>>,
  ): Promise<TermsOf>;
  onReopening(request: FiledRequest): Promise<TermsOf>;
  openHours(request: FiledRequest): Promise<OpenHoursOf>;
}

/** Decides on a step as on the command that it would have been, at its own time. @throws DomainError as that does */
export const takeStep = async (
  { at: now, ...step }: ImportStep,
  terms: LivedTerms,
  request: FiledRequest,
): Promise<readonly ServiceRequestEvent[]> => {
  switch (step.do) {
    case 'changeSeverity':
      return changeSeverity({ ...step, now }, await terms.afterChange(request, { impact: step.impact }), request);
    case 'respond':
      return giveResponse({ ...step, now }, await terms.openHours(request), request);
    case 'pause':
      return pauseClock({ ...step, now }, request);
    case 'resume':
      return resumeClock({ ...step, now }, await terms.asPromised(request), request);
    case 'changeLanguage': {
      const { preferredSupportLanguage } = step;
      return changeLanguage({ ...step, now }, await terms.afterChange(request, { preferredSupportLanguage }), request);
    }
    case 'note':
      return addNote({ ...step, now }, request);
    case 'resolve':
      return resolveRequest({ ...step, now }, await terms.openHours(request), request);
    case 'close':
      return closeRequest({ ...step, now }, request);
    case 'reopen':
      return reopenRequest({ ...step, now }, await terms.onReopening(request), request);
  }
};
