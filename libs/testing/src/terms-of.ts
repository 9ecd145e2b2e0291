import { alwaysOpen, type Calendar, compileCalendar } from '#business-time';
import type { Impact, Terms } from '#service-level';

interface Wanted {
  readonly budgetMs: number;
  readonly severityChange?: Terms['severityChange'];
  readonly calendar?: Calendar;
  readonly obligation?: Terms['obligation'];
}

const openHours = compileCalendar(alwaysOpen);

export const termsOf = ({
  budgetMs,
  severityChange = 'retroactive',
  calendar,
  obligation = 'programFirstResponse',
}: Wanted): Terms => ({
  obligation,
  severityChange,
  budgetMs,
  policy: { id: 'program', version: 1 },
  calendar: {
    id: calendar === undefined ? 'always' : 'published',
    version: 1,
    openHours: calendar === undefined ? openHours : compileCalendar(calendar),
  },
  tzdata: '2025b',
  escalateTo: 'duty-manager',
});

const MINUTES = { critical: 120, moderate: 240, minimal: 480 } as const satisfies Record<Impact, number>;

/** REQ-56..58 on 24 × 7. */
export const programTerms = (impact: Impact, severityChange: Terms['severityChange'] = 'retroactive'): Terms =>
  termsOf({ budgetMs: MINUTES[impact] * 60_000, severityChange });
