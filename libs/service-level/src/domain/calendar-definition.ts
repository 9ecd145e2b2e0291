import type { Calendar } from '#business-time';

/** Open hours of a support team, as sent and as recorded. */
export type CalendarDefinition = Calendar & { readonly displayName: string };
