import type { Timer } from '#job-queue';
import { type CommandId, type CommandMeta, type CorrelationId, derivedUuid, newUuid } from '#kernel';
import { CheckDeadlineCommand } from '../commands/check-deadline/check-deadline.command.js';
import type { Question } from './deadline-timer.js';

/** What a fired timer asks. Asking again is harmless, so its command needs no key. */
export const askAboutDeadline = ({ payload, id }: Timer): CheckDeadlineCommand => {
  const { tenantId, requestId, kind, cycle } = payload as unknown as Question; // what `timersOf` put there
  const meta: CommandMeta = {
    commandId: newUuid() as CommandId,
    correlationId: derivedUuid('timer', id) as CorrelationId,
    causationId: id,
    tenantId,
    actor: { id: 'sla-worker', role: 'system', kind: 'system' },
  };
  return new CheckDeadlineCommand(requestId, { obligation: { kind, cycle } }, meta);
};
