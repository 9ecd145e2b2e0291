import type { PauseClock } from '../../domain/pause-clock.js';
import { RequestCommand } from '../request-command.js';

export class PauseClockCommand extends RequestCommand<Omit<PauseClock, 'now'>> {}
