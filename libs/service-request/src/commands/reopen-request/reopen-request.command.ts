import type { ReopenRequest } from '../../domain/reopen-request.js';
import { RequestCommand } from '../request-command.js';

export class ReopenRequestCommand extends RequestCommand<Omit<ReopenRequest, 'now'>> {}
