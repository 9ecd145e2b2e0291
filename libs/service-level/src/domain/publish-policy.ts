import type { FieldError, Instant } from '#kernel';
import { BUILT_IN_POLICIES } from './built-in.js';
import type { CalendarDefinition } from './calendar-definition.js';
import type { Published } from './definition.js';
import { durationToMs } from './duration.js';
import type { PolicyDefinition, PolicyRule } from './policy-definition.js';
import { MOST_WINDOWS } from './most-windows.js';
import { assertNoErrors, assertNotBuiltIn, effectiveErrors, type Reach, reachOn } from './publication.js';
import type { PolicyPublished } from './service-level.events.js';

export interface PublishPolicy {
  readonly policyId: string;
  readonly definition: PolicyDefinition;
  /** The calendars that its rules name, as they will be in force at `effectiveFrom`; undefined where there is none. */
  readonly calendars: ReadonlyMap<string, CalendarDefinition | undefined>;
  /** At once when left out. */
  readonly effectiveFrom?: Instant | undefined;
  readonly now: Instant;
}

const UNREACHED: Readonly<Record<Exclude<Reach, 'reachable'>, string>> = {
  unreachable: 'The calendar has not that much open time within the years searched (R13).',
  'too-many-windows': `The calendars of a policy have at most ${MOST_WINDOWS} windows to be looked at for its budgets, shared equally. Promise less, on fewer calendars or on longer windows.`,
};

type ReachOf = ReadonlyMap<string, (budgetMs: number) => Reach>;

/** Rules on one calendar share what was looked at; all calendars together take no longer than one. */
const reachesOf = ({ calendars, now, effectiveFrom = now }: Omit<PublishPolicy, 'policyId'>): ReachOf =>
  new Map(
    [...calendars].flatMap(([id, calendar]) =>
      calendar === undefined
        ? []
        : [[id, reachOn(calendar, effectiveFrom, Math.floor(MOST_WINDOWS / calendars.size))] as const],
    ),
  );

const ruleErrors = ({ budget, calendarId }: PolicyRule, index: number, reaches: ReachOf): readonly FieldError[] => {
  const at = `#/rules/${index}`;
  const budgetMs = durationToMs(budget);
  const reachOf = reaches.get(calendarId);
  const errors: FieldError[] = [];
  if (budgetMs === undefined)
    errors.push({
      pointer: `${at}/budget`,
      code: 'duration',
      detail: 'Give a duration above zero of hours, minutes and seconds, for example PT2H or PT90S.',
    });
  if (reachOf === undefined)
    errors.push({
      pointer: `${at}/calendarId`,
      code: 'unknown-calendar',
      detail: `There is no calendar ${calendarId}. Publish it first, or use always.`,
    });
  const reach = budgetMs === undefined ? undefined : reachOf?.(budgetMs);
  if (reach !== undefined && reach !== 'reachable')
    errors.push({ pointer: `${at}/budget`, code: reach, detail: UNREACHED[reach] });
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
export const policyErrors = (input: Omit<PublishPolicy, 'policyId'>): readonly FieldError[] => {
  const reaches = reachesOf(input);
  return [
    ...input.definition.rules.flatMap((rule, index) => ruleErrors(rule, index, reaches)),
    ...escalationErrors(input.definition),
    ...effectiveErrors(input.effectiveFrom ?? input.now, input.now),
  ];
};

/** The next version. @throws DomainError `conflict` for a built-in one, `invalid` with every error at once */
export const publishPolicy = (
  input: PublishPolicy,
  { versions }: Published<PolicyDefinition>,
): readonly PolicyPublished[] => {
  const { policyId, definition, now, effectiveFrom = now } = input;
  assertNotBuiltIn('policy', policyId, BUILT_IN_POLICIES);
  assertNoErrors(policyErrors(input));
  const version = versions.length + 1;
  return [{ type: 'SlaPolicyPublished', data: { policyId, version, publishedAt: now, effectiveFrom, definition } }];
};
