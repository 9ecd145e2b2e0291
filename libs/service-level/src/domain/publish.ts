import { addOpenTime, compileCalendar, nextOpening, validateCalendar } from '#business-time';
import { DomainError, type FieldError, type Instant } from '#kernel';
import { BUILT_IN_CALENDARS, BUILT_IN_POLICIES } from './built-in.js';
import type { CalendarDefinition } from './calendar-definition.js';
import { editionOf, type Published } from './definition.js';
import { durationToMs } from './duration.js';
import type { PolicyDefinition, PolicyRule } from './policy-definition.js';
import type { CalendarPublished, HolidaysImported, PolicyPublished } from './service-level.events.js';

const refuse = (what: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0)
    throw new DomainError('invalid', 'validation', `The ${what} cannot be published as sent.`, { errors });
};

const assertNotBuiltIn = (what: string, id: string, builtIn: ReadonlyMap<string, unknown>): void => {
  if (builtIn.has(id))
    throw new DomainError('conflict', 'built-in', `The ${what} ${id} is built in. Publish yours under another id.`);
};

/** A promise made stands (R10): what is published today cannot have been in force yesterday. */
const effectiveErrors = (effectiveFrom: Instant, now: Instant): readonly FieldError[] =>
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
const calendarErrors = (definition: CalendarDefinition, effectiveFrom: Instant): readonly FieldError[] => {
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

export interface PublishCalendar {
  readonly calendarId: string;
  readonly definition: CalendarDefinition;
  /** At once when left out. */
  readonly effectiveFrom?: Instant | undefined;
  readonly now: Instant;
}

export const publishCalendar = (
  { calendarId, definition, now, effectiveFrom = now }: PublishCalendar,
  { versions }: Published<CalendarDefinition>,
): readonly CalendarPublished[] => {
  assertNotBuiltIn('calendar', calendarId, BUILT_IN_CALENDARS);
  refuse('calendar', [...calendarErrors(definition, effectiveFrom), ...effectiveErrors(effectiveFrom, now)]);
  const version = versions.length + 1;
  return [{ type: 'CalendarPublished', data: { calendarId, version, publishedAt: now, effectiveFrom, definition } }];
};

export interface ImportHolidays {
  readonly calendarId: string;
  /** Local dates between `from` and `to`. */
  readonly dates: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly skippedEvents: number;
  readonly effectiveFrom?: Instant | undefined;
  readonly now: Instant;
}

/** Adds to the newest version; dates that it has already are no news. */
export const importHolidays = (
  { calendarId, dates, from, to, skippedEvents, now, effectiveFrom = now }: ImportHolidays,
  published: Published<CalendarDefinition>,
): readonly HolidaysImported[] => {
  assertNotBuiltIn('calendar', calendarId, BUILT_IN_CALENDARS);
  const newest = editionOf(calendarId, published);
  if (newest === undefined)
    throw new DomainError('not-found', 'calendar-not-found', 'There is no calendar with this id. Publish it first.');
  const known = new Set(newest.definition.holidays);
  const added = [...new Set(dates)].filter((date) => !known.has(date)).sort();
  const holidays = [...known, ...added];
  const definition = { ...newest.definition, holidays };
  refuse('calendar', [...calendarErrors(definition, effectiveFrom), ...effectiveErrors(effectiveFrom, now)]);
  if (added.length === 0) return [];
  const publication = { version: newest.version + 1, publishedAt: now, effectiveFrom };
  return [{ type: 'HolidaysImported', data: { calendarId, ...publication, from, to, dates: added, skippedEvents } }];
};

export interface PublishPolicy {
  readonly policyId: string;
  readonly definition: PolicyDefinition;
  /** The calendars that its rules name, as they will be in force at `effectiveFrom`; undefined where there is none. */
  readonly calendars: ReadonlyMap<string, CalendarDefinition | undefined>;
  /** At once when left out. */
  readonly effectiveFrom?: Instant | undefined;
  readonly now: Instant;
}

const isReachable = (calendar: CalendarDefinition, budgetMs: number, from: Instant): boolean =>
  addOpenTime(compileCalendar(calendar), from, budgetMs).kind === 'due';

const ruleErrors = (
  { budget, calendarId }: PolicyRule,
  index: number,
  { calendars, now, effectiveFrom = now }: Omit<PublishPolicy, 'policyId'>,
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
  if (budgetMs !== undefined && calendar !== undefined && !isReachable(calendar, budgetMs, effectiveFrom))
    errors.push({
      pointer: `${at}/budget`,
      code: 'unreachable',
      detail: 'The calendar has not that much open time within the years searched (R13).',
    });
  return errors;
};

const escalationErrors = ({ escalation }: PolicyDefinition): readonly FieldError[] =>
  escalation.flatMap(({ after }, index) =>
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

/** Everything that is wrong with a policy, all at once; empty when it may be published. */
export const policyErrors = (input: Omit<PublishPolicy, 'policyId'>): readonly FieldError[] => [
  ...input.definition.rules.flatMap((rule, index) => ruleErrors(rule, index, input)),
  ...escalationErrors(input.definition),
  ...effectiveErrors(input.effectiveFrom ?? input.now, input.now),
];

export const publishPolicy = (
  input: PublishPolicy,
  { versions }: Published<PolicyDefinition>,
): readonly PolicyPublished[] => {
  const { policyId, definition, now, effectiveFrom = now } = input;
  assertNotBuiltIn('policy', policyId, BUILT_IN_POLICIES);
  refuse('policy', policyErrors(input));
  const version = versions.length + 1;
  return [{ type: 'SlaPolicyPublished', data: { policyId, version, publishedAt: now, effectiveFrom, definition } }];
};
