import type { ReevaluateObligation } from '../../domain/reevaluate-obligation.js';
import { RequestCommand } from '../request-command.js';

export class ReevaluateObligationCommand extends RequestCommand<Omit<ReevaluateObligation, 'now'>> {}
