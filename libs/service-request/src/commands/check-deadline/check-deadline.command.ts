import type { CheckDeadline } from '../../domain/check-deadline.js';
import { RequestCommand } from '../request-command.js';

/** Asked by timers and sweeps: does this promise come near, is it late, has nobody answered since? */
export class CheckDeadlineCommand extends RequestCommand<Omit<CheckDeadline, 'now'>> {}
