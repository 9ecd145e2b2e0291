import type { CloseRequest } from '../../domain/settle-request.js';
import { RequestCommand } from '../request-command.js';

export class CloseRequestCommand extends RequestCommand<Omit<CloseRequest, 'now'>> {}
