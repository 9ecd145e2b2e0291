import { Controller, Get } from '@nestjs/common';
import { Needs } from '../http/needs.decorator.js';
import { TimerState } from './timer-state.js';

/** For who is woken by a pager: are deadlines noticed in time, and if not, since when and why. */
@Controller('v1/timers')
export class TimersController {
  constructor(private readonly timers: TimerState) {}

  /**
   * Ask how the timers do. Whether deadlines are noticed in time, and what is overdue, armed and was lost. `armed` are the
   * timers in the queue: only those of the next ten minutes wait there. Lateness is that of what this process saw.
   */
  @Get()
  @Needs('operations.read')
  read() {
    return this.timers.report();
  }
}
