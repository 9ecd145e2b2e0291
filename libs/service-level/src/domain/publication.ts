import { compileCalendar, nextOpening, validateCalendar } from '#business-time';
import { DomainError, type FieldError, type Instant } from '#kernel';
import type { CalendarDefinition } from './calendar-definition.js';

/** @throws DomainError `invalid` with all errors, when there are any */
export const assertNoErrors = (what: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0)
    throw new DomainError('invalid', 'validation', `The ${what} cannot be published as sent.`, { errors });
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

/** Windows that lie in the past alone give no deadline: policies on such a calendar could promise nothing (R13). */
export const calendarErrors = (definition: CalendarDefinition, effectiveFrom: Instant): readonly FieldError[] => {
  const errors = validateCalendar(definition);
  if (errors.length > 0 || nextOpening(compileCalendar(definition), effectiveFrom) !== undefined) return errors;
  return [
    {
      pointer: '#/week',
      code: 'never-open',
      detail: `It never opens from ${effectiveFrom} on, within the years searched.`,
    },
  ];
};
