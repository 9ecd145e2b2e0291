import {
  addOpenTime,
  compileCalendar,
  compileForOnce,
  nextOpening,
  TooManyWindowsError,
  validateCalendar,
} from '#business-time';
import { DomainError, type FieldError, type Instant, wrongFields } from '#kernel';
import type { CalendarDefinition } from './calendar-definition.js';
import { MOST_WINDOWS } from './most-windows.js';

/** @throws DomainError `invalid` with all errors, when there are any */
export const assertNoErrors = (errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw wrongFields(errors);
};

/** @throws DomainError `conflict` */
export const assertNotBuiltIn = (what: string, id: string, builtIn: ReadonlyMap<string, unknown>): void => {
  if (builtIn.has(id))
    throw new DomainError('conflict', 'built-in', `The ${what} ${id} is built in. Publish yours under another id.`);
};

/** A promise made stands (R10): what is published today cannot have been in force yesterday. */
export const effectiveErrors = (effectiveFrom: Instant, now: Instant): readonly FieldError[] =>
  effectiveFrom >= now
    ? []
    : [
        {
          pointer: '#/effectiveFrom',
          code: 'in-the-past',
          detail: `Give an instant that is not over (it is ${now}), or leave it out to begin at once.`,
        },
      ];

/** A budget that a policy promises on a calendar. */
export interface PromisedBudget {
  readonly policyId: string;
  readonly budgetMs: number;
}

export type Reach = 'reachable' | 'unreachable' | 'too-many-windows';

/**
 * Whether so much open time comes within the years searched (R13), and is found without holding up everybody else.
 *
 * @param calendar a valid one
 * @returns asked for one budget after the other; what was looked at for one is known for the next
 */
export const reachOn = (calendar: CalendarDefinition, from: Instant, maxWindows = MOST_WINDOWS) => {
  const openHours = compileForOnce(calendar, maxWindows);
  return (budgetMs: number): Reach => {
    try {
      return addOpenTime(openHours, from, budgetMs).kind === 'due' ? 'reachable' : 'unreachable';
    } catch (error) {
      if (error instanceof TooManyWindowsError) return 'too-many-windows';
      throw error;
    }
  };
};

/**
 * Windows that lie in the past alone give no deadline: policies on such a calendar could promise nothing. Nor may those
 * that promise something already be left without a deadline (R13).
 *
 * @param promised what policies promise on this calendar
 */
export const calendarErrors = (
  definition: CalendarDefinition,
  effectiveFrom: Instant,
  promised: readonly PromisedBudget[],
): readonly FieldError[] => {
  const errors = validateCalendar(definition);
  if (errors.length > 0) return errors;
  if (nextOpening(compileCalendar(definition), effectiveFrom) === undefined)
    return [
      {
        pointer: '#/week',
        code: 'never-open',
        detail: `It never opens from ${effectiveFrom} on, within the years searched.`,
      },
    ];
  const reach = reachOn(definition, effectiveFrom);
  const broken = new Map(
    promised.flatMap(({ policyId, budgetMs }) => {
      const found = reach(budgetMs);
      return found === 'reachable' ? [] : [[policyId, found] as const];
    }),
  );
  return [...broken].map(([policyId, code]) => ({
    pointer: '#/week',
    code,
    detail:
      code === 'unreachable'
        ? `The policy ${policyId} promises more open time on this calendar than would be left. Publish another version of that policy first.`
        : `What the policy ${policyId} promises takes more than ${MOST_WINDOWS} windows to be looked at. Publish fewer, longer windows.`,
  }));
};
