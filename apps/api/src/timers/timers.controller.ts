import { Controller, Get } from '@nestjs/common';
import { TimerState } from './timer-state.js';

/** For who is woken by a pager: are deadlines noticed in time, and if not, since when and why. */
@Controller('v1/timers')
export class TimersController {
  constructor(private readonly timers: TimerState) {}

  @Get()
  read() {
    return this.timers.report();
  }
}
