import type { AnnulBreach } from '../../domain/annul-breach.js';
import { RequestCommand } from '../request-command.js';

export class AnnulBreachCommand extends RequestCommand<Omit<AnnulBreach, 'now'>> {}
