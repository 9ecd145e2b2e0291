import type { EscalateIfOverdue } from '../../domain/escalate-if-overdue.js';
import { RequestCommand } from '../request-command.js';

/** Asked by timers and sweeps: is this promise still owed, and is it late? */
export class EscalateIfOverdueCommand extends RequestCommand<Omit<EscalateIfOverdue, 'now'>> {}
