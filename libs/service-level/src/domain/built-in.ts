import { alwaysOpen, type DayWindow, type Weekday } from '#business-time';
import type { CalendarDefinition } from './calendar-definition.js';
import type { Impact, PolicyDefinition, PolicyRule } from './policy-definition.js';

const WORKDAYS: readonly Weekday[] = ['1', '2', '3', '4', '5'];
const NINE_TO_SIX: readonly DayWindow[] = [['09:00', '18:00']];

const businessHours = (displayName: string, timeZone: string): CalendarDefinition => ({
  displayName,
  timeZone,
  week: Object.fromEntries(WORKDAYS.map((day) => [day, NINE_TO_SIX])),
  holidays: [],
  overrides: {},
});

export const BUILT_IN_CALENDARS: ReadonlyMap<string, CalendarDefinition> = new Map([
  ['always', { displayName: '24 × 7', ...alwaysOpen }],
  ['business-hours', businessHours('Business hours (UTC)', 'UTC')],
  ['business-hours-ko', businessHours('Business hours, Korean support', 'Asia/Seoul')],
]);

/** REQ-56..58, in order of urgency. */
const TARGETS: readonly (readonly [Impact, string])[] = [
  ['critical', 'PT2H'],
  ['moderate', 'PT4H'],
  ['minimal', 'PT8H'],
];

const targets = (calendarId: string, language?: string): PolicyRule[] =>
  TARGETS.map(([impact, budget]) => ({
    when: { incidentType: 'breakFix', impact, ...(language === undefined ? {} : { language }) },
    budget,
    calendarId,
  }));

/**
 * The vendor's programme: REQ-55..62. A language counts on the calendar of its own where there is one, any other on
 * `business-hours`: to wait for a desk that may not exist would promise nothing. One business day is nine hours of them.
 */
const PROGRAM: PolicyDefinition = {
  displayName: 'Programme first response',
  obligation: 'programFirstResponse',
  severityChange: 'retroactive',
  warnings: [50, 75, 90],
  pausesOn: [],
  rules: [
    ...targets('always', 'en'),
    ...targets('business-hours-ko', 'ko'),
    ...targets('business-hours'),
    { when: { incidentType: 'nonBreakFix', language: 'ko' }, budget: 'PT9H', calendarId: 'business-hours-ko' },
    { when: { incidentType: 'nonBreakFix' }, budget: 'PT9H', calendarId: 'business-hours' },
  ],
  escalation: [{ after: 'PT0S', to: 'duty-manager' }],
};

export const BUILT_IN_POLICIES: ReadonlyMap<string, PolicyDefinition> = new Map([['program', PROGRAM]]);
