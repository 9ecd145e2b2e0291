import type { ExplanationRow, SpecialDate } from '#business-time';
import { humanBudget } from './describe-event.js';
import { table } from './table.js';
import { localTime } from './timeline.js';

/** What fits on a screen or two; `--json` has them all. */
const MOST_ROWS = 40;

const MOST_DATES = 10;

const dateLine = ({ date, windows }: SpecialDate): string =>
  `${date} ${windows.length === 0 ? 'closed' : windows.map((window) => window.join('-')).join(' ')}`;

const datesLine = (dates: readonly SpecialDate[]): readonly string[] => {
  if (dates.length === 0) return [];
  const more = dates.length > MOST_DATES ? `, and ${dates.length - MOST_DATES} more` : '';
  return ['', `special dates: ${dates.slice(0, MOST_DATES).map(dateLine).join(', ')}${more}`];
};

/** The rows as a table in local time, and the dates that were not as any other of their weekday. */
export const rowsTable = (
  rows: readonly ExplanationRow[],
  timeZone: string,
  dates: readonly SpecialDate[],
): readonly string[] => {
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(({ from, to, kind, countedMs, summary }) => [
      localTime(from, timeZone),
      to === null ? '…' : localTime(to, timeZone),
      summary ? `${kind}, and the rest` : kind,
      kind === 'open' ? humanBudget(countedMs) : '',
    ]);
  const more = rows.length - shown.length;
  return [
    ...table([`from (${timeZone})`, 'to', 'kind', 'counted'], shown).map((line) => line.trimEnd()),
    ...(more > 0 ? [`… ${more} more rows; --json shows them all`] : []),
    ...datesLine(dates),
  ];
};
