import type { ExplanationRow } from '#business-time';
import { humanBudget } from './describe-event.js';
import { table } from './table.js';
import { localTime } from './timeline.js';

/** What fits on a screen or two; `--json` has them all. */
const MOST_ROWS = 40;

/** The rows as a table in local time. */
export const rowsTable = (rows: readonly ExplanationRow[], timeZone: string): readonly string[] => {
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
  ];
};
