import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { QuoteBody, quoteOf, validated } from '#bodies';
import { type CalendarInput, compileCalendar } from '#business-time';
import { MemoryEventStore } from '#event-store';
import { DomainError, type Instant, messageOf, type TenantId } from '#kernel';
import { BUILT_IN_CALENDARS, durationToMs, quote, type Quoted, TZDATA } from '#service-level';
import { catalogueOf } from './catalogue.js';
import { humanBudget } from './describe-event.js';
import { openStore } from './open-store.js';
import type { Palette } from './paint.js';
import { rowsTable } from './rows-table.js';
import { localTime, timeline } from './timeline.js';
import { UsageError } from './usage-error.js';

export interface QuoteOptions {
  readonly data: string;
  readonly tenant: string;
  readonly calendar: string;
  readonly start: string;
  readonly budget: string;
  readonly pause: readonly string[];
  readonly json?: boolean;
}

const isFile = (calendar: string): boolean => calendar.endsWith('.json') || calendar.includes('/');

const readCalendar = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read as a calendar (${messageOf(cause)}). Give a JSON file, or the id of a calendar.`,
      { cause },
    );
  }
};

const budgetMsOf = (budget: string): number => {
  const ms = durationToMs(budget);
  if (ms === undefined)
    throw new UsageError(`--budget takes a duration above zero, for example PT2H or PT90S; ${budget} is none.`);
  return ms;
};

const pauseOf = (text: string) => {
  const [from, to, more] = text.split('..');
  if (to === undefined || more !== undefined)
    throw new UsageError(`--pause takes from..to, or from.. for one that has not ended; ${text} is neither.`);
  return { from, to: to === '' ? null : to };
};

/** Where on the command line a field was given. */
const optionOf = (pointer: string, { calendar, pause }: QuoteOptions): string => {
  const [, field = '', index = ''] = pointer.split('/');
  if (field === 'startTime') return '--start';
  if (field === 'slaMinutes') return '--budget';
  if (field === 'pauses') return `--pause ${pause[Number(index)] ?? ''}`.trimEnd();
  return field === 'calendar' ? `${calendar} ${pointer.replace('#/calendar', '#')}` : '--calendar';
};

/** Says what is wrong in terms of what was typed. */
const orUsage = <T>(options: QuoteOptions, compute: () => T): T => {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const errors = error.details.errors ?? [];
    const lines = errors.map(({ pointer, detail }) => `${optionOf(pointer, options)}: ${detail}`);
    throw new UsageError(lines.length === 0 ? error.message : lines.join('\n'), { cause: error });
  }
};

interface Found {
  readonly calendar: CalendarInput;
  readonly calendarId?: string;
  readonly calendarVersion?: number;
}

/** The store is opened for a calendar of one's own only: what is built in can be asked for without any. */
const findCalendar = async ({ data, tenant }: QuoteOptions, id: string, startTime: Instant): Promise<Found> => {
  const store = BUILT_IN_CALENDARS.has(id) ? new MemoryEventStore() : openStore(data);
  try {
    const edition = await catalogueOf(store).calendarFrom(tenant as TenantId, id, startTime);
    if (edition === undefined)
      throw new UsageError(
        `There is no calendar ${id} in this store. Give its id, the path of a JSON file, or always.`,
      );
    return { calendar: edition.definition, calendarId: id, calendarVersion: edition.version };
  } finally {
    await store.close();
  }
};

const due = ({ expirationTime }: Quoted, timeZone: string): string =>
  expirationTime === null
    ? 'paused: not due before the pause ends'
    : `due ${expirationTime}, ${localTime(expirationTime, timeZone)} in ${timeZone}`;

/** The deadline that filing would give, drawn and in rows. @throws UsageError */
export const quoteLines = async (options: QuoteOptions, palette: Palette): Promise<readonly string[]> => {
  const file = isFile(options.calendar)
    ? { calendar: readCalendar(options.calendar) }
    : { calendarId: options.calendar };
  const budgetMs = budgetMsOf(options.budget);
  const sent = { ...file, startTime: options.start, slaMinutes: budgetMs / 60_000, pauses: options.pause.map(pauseOf) };
  const body = orUsage(options, () => validated(QuoteBody, sent));
  const asked = quoteOf(body);
  const { calendar, ...named } =
    body.calendar === undefined
      ? await findCalendar(options, options.calendar, asked.startTime)
      : { calendar: body.calendar };
  const quoted = orUsage(options, () => quote({ ...asked, calendar }));
  const { expirationTime, explanation } = quoted;
  if (options.json === true)
    return [JSON.stringify({ expirationTime, slaMinutes: budgetMs / 60_000, tzdata: TZDATA, ...named, explanation })];
  const { timeZone } = calendar;
  const marks = expirationTime === null ? [] : [{ at: expirationTime, sign: '◆', label: 'due' }];
  const end = expirationTime ?? explanation.at(-1)?.from ?? asked.startTime;
  const on = 'calendarId' in named ? `${named.calendarId} v${named.calendarVersion}` : options.calendar;
  return [
    palette.bold(due(quoted, timeZone)),
    `${humanBudget(budgetMs)} on ${on} from ${asked.startTime}; time zone data ${TZDATA}`,
    '',
    ...timeline(explanation, { timeZone, marks }),
    '',
    ...rowsTable(explanation, timeZone, compileCalendar(calendar).specialDatesBetween(asked.startTime, end)),
  ];
};
