import type { ResolveRequest } from '../../domain/settle-request.js';
import { RequestCommand } from '../request-command.js';

export class ResolveRequestCommand extends RequestCommand<Omit<ResolveRequest, 'now'>> {}
