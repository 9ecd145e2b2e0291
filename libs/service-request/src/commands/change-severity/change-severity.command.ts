import type { ChangeSeverity } from '../../domain/change-severity.js';
import { RequestCommand } from '../request-command.js';

export class ChangeSeverityCommand extends RequestCommand<Omit<ChangeSeverity, 'now'>> {}
