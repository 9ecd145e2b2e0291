import type { GiveResponse } from '../../domain/give-response.js';
import { RequestCommand } from '../request-command.js';

export class GiveResponseCommand extends RequestCommand<Omit<GiveResponse, 'now'>> {}
