import { alwaysOpen, type Calendar, compileCalendar, type CompiledCalendar } from '#business-time';
import type { Impact, Terms } from '#service-level';

export interface WantedTerms {
  readonly budgetMs: number;
  readonly severityChange?: Terms['severityChange'];
  readonly calendar?: Calendar;
  readonly obligation?: Terms['obligation'];
  readonly pausesOn?: Terms['pausesOn'];
  readonly warnings?: Terms['warnings'];
  readonly escalation?: Terms['escalation'];
  readonly version?: number;
}

const openHours = compileCalendar(alwaysOpen);

/** The open hours of every promise on 24 × 7. */
export const aroundTheClock = (): CompiledCalendar => openHours;

export const termsOf = ({
  budgetMs,
  severityChange = 'retroactive',
  calendar,
  obligation = 'programFirstResponse',
  pausesOn = [],
  warnings = [],
  escalation = [{ afterMs: 0, to: 'duty-manager' }],
  version = 1,
}: WantedTerms): Terms => ({
  obligation,
  severityChange,
  budgetMs,
  policy: { id: 'program', version },
  calendar: {
    id: calendar === undefined ? 'always' : 'published',
    version: 1,
    openHours: calendar === undefined ? openHours : compileCalendar(calendar),
  },
  tzdata: '2025b',
  pausesOn,
  warnings,
  escalation,
});

const MINUTES = { critical: 120, moderate: 240, minimal: 480 } as const satisfies Record<Impact, number>;

/** REQ-56..58 on 24 × 7. */
export const programTerms = (
  impact: Impact,
  severityChange: Terms['severityChange'] = 'retroactive',
  more: Partial<WantedTerms> = {},
): Terms => termsOf({ budgetMs: MINUTES[impact] * 60_000, severityChange, ...more });
