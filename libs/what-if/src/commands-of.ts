import type { CommandMeta, RequestId } from '#kernel';
import type { FiledRequest, Obligation, ObligationKey } from '#service-request';
import {
  AnnulBreachCommand,
  ChangeLanguageCommand,
  ChangeSeverityCommand,
  CheckDeadlineCommand,
  CloseRequestCommand,
  EscalateRequestCommand,
  GiveResponseCommand,
  MergeRequestCommand,
  PauseClockCommand,
  ReevaluateObligationCommand,
  ReopenRequestCommand,
  type RequestCommand,
  ResolveRequestCommand,
  ResumeClockCommand,
} from '#service-request/commands';
import type { Action } from './scenario.js';

/** What is asked of the request, as opposed to what befalls the workers. */
export type RequestAction = Exclude<Action, { readonly do: 'workersDown' | 'workersUp' | 'timersLost' }>;

type About = Extract<RequestAction, { readonly cycle: number }>;

/** The obligations that a step is about: the named one, else those meant, else all, so that a refusal tells why none is. */
const aboutWhich = (
  { kind, cycle }: About,
  { obligations }: FiledRequest,
  isMeant: (obligation: Obligation) => boolean,
): readonly ObligationKey[] => {
  if (kind !== undefined) return [{ kind, cycle }];
  const meant = obligations.filter(isMeant);
  return (meant.length > 0 ? meant : obligations).map((obligation) => ({
    kind: obligation.kind,
    cycle: obligation.cycle,
  }));
};

/** The commands that a step comes to; each needs an id of its own. */
export const commandsOf = (
  action: RequestAction,
  request: FiledRequest,
  duplicateId: RequestId,
  meta: () => CommandMeta,
): readonly RequestCommand<unknown>[] => {
  const id = request.requestId;
  switch (action.do) {
    case 'changeSeverity':
      return [new ChangeSeverityCommand(id, { impact: action.impact, reason: action.reason }, meta())];
    case 'respond':
      return [new GiveResponseCommand(id, { text: action.text, respondedAt: action.respondedAt }, meta())];
    case 'pause':
      return [new PauseClockCommand(id, { reason: action.reason, pausedAt: action.pausedAt }, meta())];
    case 'resume':
      return [new ResumeClockCommand(id, { reason: action.reason, resumedAt: action.resumedAt }, meta())];
    case 'changeLanguage': {
      const { preferredSupportLanguage, reason } = action;
      return [new ChangeLanguageCommand(id, { preferredSupportLanguage, reason }, meta())];
    }
    case 'escalate': {
      const { target, reason, vendor } = action;
      return [new EscalateRequestCommand(id, { target, reason, vendor }, meta())];
    }
    case 'resolve':
      return [new ResolveRequestCommand(id, { summary: action.summary }, meta())];
    case 'close':
      return [new CloseRequestCommand(id, { reason: action.reason }, meta())];
    case 'reopen':
      return [new ReopenRequestCommand(id, { reason: action.reason }, meta())];
    case 'merge':
      return [new MergeRequestCommand(duplicateId, { into: id }, meta())];
    case 'annul': {
      const { reason, evidence } = action;
      return aboutWhich(action, request, ({ state }) => state === 'breached').map(
        (obligation) => new AnnulBreachCommand(id, { obligation, reason, evidence }, meta()),
      );
    }
    case 'reevaluate': {
      const { reason } = action;
      return aboutWhich(action, request, ({ state }) => state === 'open' || state === 'paused').map(
        (obligation) => new ReevaluateObligationCommand(id, { obligation, reason }, meta()),
      );
    }
    case 'ask':
      return aboutWhich(action, request, () => true).map(
        (obligation) => new CheckDeadlineCommand(id, { obligation }, meta()),
      );
  }
};
