import type { Escalate } from '../../domain/escalate.js';
import { RequestCommand } from '../request-command.js';

export class EscalateRequestCommand extends RequestCommand<Omit<Escalate, 'now'>> {}
