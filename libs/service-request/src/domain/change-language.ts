import type { Terms } from '#service-level';
import { isOverdue, untilDueMs } from './breach.js';
import type { Moment } from './moment.js';
import { inTurn, movePromise } from './move-promise.js';
import { budgetMsOf, isOwed, livedThrough, type Obligation } from './obligation.state.js';
import { deadlineAfterChange, type TermsOf } from './deadline.js';
import { mustBeOpen } from './refusals.js';
import type { LanguageChanged, LaterEvent } from './service-request.events.js';
import { evolveFiled, type ServiceRequest } from './service-request.state.js';

export interface ChangeLanguage extends Moment {
  readonly preferredSupportLanguage: string;
  readonly reason?: string | undefined;
}

const isAsBefore = (obligation: Obligation, terms: Terms): boolean =>
  budgetMsOf(obligation) === terms.budgetMs &&
  obligation.calendar.id === terms.calendar.id &&
  obligation.calendar.version === terms.calendar.version;

/**
 * Another language may be another calendar or budget: what is still owed follows it from its start (E42, E43). Under
 * `fromChange` a shorter budget makes it an upgrade; with the same or a longer one it never gets less time by it (R8).
 */
export const changeLanguage = (
  { preferredSupportLanguage, reason, ...moment }: ChangeLanguage,
  termsOf: TermsOf,
  request: ServiceRequest,
): readonly LaterEvent[] => {
  const { now, trusted = now } = moment;
  const open = mustBeOpen(request);
  const { requestId, details, obligations } = open;
  const from = details.preferredSupportLanguage;
  if (preferredSupportLanguage === from) return [];
  const changed: LanguageChanged = {
    type: 'LanguageChanged',
    data: {
      requestId,
      from,
      preferredSupportLanguage,
      ...(reason !== undefined && { reason }),
      changedAt: now,
      untilDueMs: untilDueMs(obligations, now),
    },
  };
  const consequences = inTurn(evolveFiled(open, changed), obligations, (current, obligation) => {
    if (!isOwed(obligation) || isOverdue(obligation, trusted)) return [];
    const terms = termsOf(obligation);
    if (isAsBefore(obligation, terms)) return [];
    const deadline = deadlineAfterChange(obligation, livedThrough(open.pauses, obligation), terms, now);
    return movePromise(current, obligation, { terms, deadline, cause: 'languageChange', ...moment });
  });
  return [changed, ...consequences];
};
