import {
  type CalendarInput,
  compileForOnce,
  explain,
  type ExplanationRow,
  type Pause,
  TooManyWindowsError,
} from '#business-time';
import { type DomainError, type Instant, wrongFields } from '#kernel';
import { MOST_WINDOWS } from './most-windows.js';

/** A deadline that nobody is promised yet. */
export interface Quote {
  /** A valid one. */
  readonly calendar: CalendarInput;
  readonly startTime: Instant;
  /** Whole milliseconds above zero. */
  readonly budgetMs: number;
  readonly pauses: readonly Pause[];
}

export interface Quoted {
  /** Null while a pause without an end stands in the way. */
  readonly expirationTime: Instant | null;
  readonly explanation: readonly ExplanationRow[];
}

const refused = (pointer: string, code: string, detail: string): DomainError =>
  wrongFields([{ pointer, code, detail }]);

/**
 * The deadline and how it comes about (R5, R12), as filing would compute it.
 * @throws DomainError `invalid` when there is no such deadline, or finding it takes too long
 */
export const quote = ({ calendar, startTime, budgetMs, pauses }: Quote): Quoted => {
  try {
    const { deadline, rows } = explain(compileForOnce(calendar, MOST_WINDOWS), startTime, budgetMs, pauses);
    if (deadline.kind !== 'unreachable')
      return { expirationTime: deadline.kind === 'due' ? deadline.at : null, explanation: rows };
  } catch (error) {
    if (!(error instanceof TooManyWindowsError)) throw error;
    const detail = `The calendar has more than ${MOST_WINDOWS} windows to be looked at for this. Ask for a smaller budget.`;
    throw refused('#/slaMinutes', 'too-many-windows', detail);
  }
  const detail = `The calendar has not that much open time after ${startTime}, within the years searched and before the year 10000 (R13).`;
  throw refused('#/slaMinutes', 'unreachable', detail);
};
