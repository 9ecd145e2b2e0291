import type { ResumeClock } from '../../domain/resume-clock.js';
import { RequestCommand } from '../request-command.js';

export class ResumeClockCommand extends RequestCommand<Omit<ResumeClock, 'now'>> {}
