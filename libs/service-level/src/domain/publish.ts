import { addOpenTime, compileCalendar, validateCalendar } from '#business-time';
import { DomainError, type FieldError, type Instant } from '#kernel';
import { BUILT_IN_CALENDARS, BUILT_IN_POLICIES } from './built-in.js';
import type { CalendarDefinition } from './calendar-definition.js';
import type { Published } from './definition.js';
import { durationToMs } from './duration.js';
import type { PolicyDefinition, PolicyRule } from './policy-definition.js';
import type { CalendarPublished, PolicyPublished } from './service-level.events.js';

const refuse = (what: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0)
    throw new DomainError('invalid', 'validation', `The ${what} cannot be published as sent.`, { errors });
};

const assertNotBuiltIn = (what: string, id: string, builtIn: ReadonlyMap<string, unknown>): void => {
  if (builtIn.has(id))
    throw new DomainError('conflict', 'built-in', `The ${what} ${id} is built in. Publish yours under another id.`);
};

export interface PublishCalendar {
  readonly calendarId: string;
  readonly definition: CalendarDefinition;
  readonly now: Instant;
}

export const publishCalendar = (
  { calendarId, definition, now }: PublishCalendar,
  { versions }: Published<CalendarDefinition>,
): readonly CalendarPublished[] => {
  assertNotBuiltIn('calendar', calendarId, BUILT_IN_CALENDARS);
  refuse('calendar', validateCalendar(definition));
  return [
    { type: 'CalendarPublished', data: { calendarId, version: versions.length + 1, publishedAt: now, definition } },
  ];
};

export interface PublishPolicy {
  readonly policyId: string;
  readonly definition: PolicyDefinition;
  /** The calendars that its rules name, as they are now; undefined where there is none. */
  readonly calendars: ReadonlyMap<string, CalendarDefinition | undefined>;
  readonly now: Instant;
}

const isReachable = (calendar: CalendarDefinition, budgetMs: number, now: Instant): boolean =>
  addOpenTime(compileCalendar(calendar), now, budgetMs).kind === 'due';

const ruleErrors = (
  { budget, calendarId }: PolicyRule,
  index: number,
  { calendars, now }: PublishPolicy,
): readonly FieldError[] => {
  const at = `#/rules/${index}`;
  const budgetMs = durationToMs(budget);
  const calendar = calendars.get(calendarId);
  const errors: FieldError[] = [];
  if (budgetMs === undefined)
    errors.push({
      pointer: `${at}/budget`,
      code: 'duration',
      detail: 'Give a duration above zero of hours, minutes and seconds, for example PT2H or PT90S.',
    });
  if (calendar === undefined)
    errors.push({
      pointer: `${at}/calendarId`,
      code: 'unknown-calendar',
      detail: `There is no calendar ${calendarId}. Publish it first, or use always.`,
    });
  if (budgetMs !== undefined && calendar !== undefined && !isReachable(calendar, budgetMs, now))
    errors.push({
      pointer: `${at}/budget`,
      code: 'unreachable',
      detail: 'The calendar has not that much open time within the years searched (R13).',
    });
  return errors;
};

export const publishPolicy = (
  input: PublishPolicy,
  { versions }: Published<PolicyDefinition>,
): readonly PolicyPublished[] => {
  const { policyId, definition, now } = input;
  assertNotBuiltIn('policy', policyId, BUILT_IN_POLICIES);
  const escalation = definition.escalation.flatMap(({ after }, index): FieldError[] =>
    after === 'PT0S' || durationToMs(after) !== undefined
      ? []
      : [
          {
            pointer: `#/escalation/${index}/after`,
            code: 'duration',
            detail: 'Give a duration, for example PT0S or PT30M.',
          },
        ],
  );
  refuse('policy', [...definition.rules.flatMap((rule, index) => ruleErrors(rule, index, input)), ...escalation]);
  return [
    { type: 'SlaPolicyPublished', data: { policyId, version: versions.length + 1, publishedAt: now, definition } },
  ];
};
