import type { ReadTicket, Ticket } from './ticket.js';

/** Columns that are fields, by their names without case, blanks and signs. */
const FIELDS: Readonly<Record<string, string>> = {
  externalid: 'externalId',
  system: 'system',
  customer: 'customerId',
  customerid: 'customerId',
  title: 'title',
  impact: 'impact',
  filedat: 'filedAt',
  description: 'description',
  incidenttype: 'incidentType',
  issueclass: 'issueClass',
  category: 'category',
  product: 'product',
  language: 'preferredSupportLanguage',
  preferredsupportlanguage: 'preferredSupportLanguage',
  channel: 'channel',
  policyid: 'policyId',
};

/** Columns that are steps, in the order in which they can have been. */
const STEPS: Readonly<Record<string, string>> = {
  firstresponseat: 'respond',
  resolvedat: 'resolve',
  closedat: 'close',
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const NEEDED = ['externalid', 'title', 'impact', 'filedat'] as const;

export interface Header {
  readonly names: readonly string[];
  /** Columns that nothing is made of. */
  readonly unused: readonly string[];
  /** What no ticket can do without. */
  readonly missing: readonly string[];
  /** That stand there twice, under whatever spelling. */
  readonly repeated: readonly string[];
}

export const headerOf = (names: readonly string[]): Header => {
  const known = names.map(plain);
  const meanings = known.map((name) => FIELDS[name] ?? STEPS[name] ?? name);
  return {
    names,
    unused: names.filter((name) => FIELDS[plain(name)] === undefined && STEPS[plain(name)] === undefined),
    missing: [
      ...NEEDED.filter((name) => !known.includes(name)).map((name) => FIELDS[name] ?? name),
      ...(meanings.includes('customerId') ? [] : ['customer']),
    ],
    repeated: names.filter((name, index) => plain(name) !== '' && meanings.indexOf(meanings[index] ?? '') < index),
  };
};

/** A row as a ticket. A cell is text, whatever a spreadsheet would make of it; an empty one is left out. */
export const ticketOfRow = ({ names }: Header, cells: readonly string[], line: number): ReadTicket => {
  if (cells.length !== names.length)
    return {
      line,
      text: cells.join(','),
      errors: [
        {
          pointer: '#',
          code: 'columns',
          detail: `The row has ${cells.length} cells, the header ${names.length}. Put quotes around text with commas or line breaks.`,
        },
      ],
    };
  const filled = names.flatMap((name, index) => {
    const cell = cells[index] ?? '';
    return cell.trim() === '' ? [] : [{ name, as: plain(name), cell }];
  });
  const fields = filled.flatMap(({ as, cell }) => {
    const field = FIELDS[as];
    return field === undefined ? [] : [[field, cell] as const];
  });
  const steps = Object.entries(STEPS).flatMap(([column, what]) =>
    filled.filter(({ as }) => as === column).map(({ name, cell }) => ({ name, step: { at: cell.trim(), do: what } })),
  );
  const ticket: Ticket = { ...Object.fromEntries(fields), timeline: steps.map(({ step }) => step) };
  const columnOf = (pointer: string): string | undefined => {
    const [, field = '', index = ''] = /^#\/(\w+)(?:\/(\d+))?/.exec(pointer) ?? [];
    if (field === 'timeline') return steps[Number(index)]?.name;
    return names.find((name) => FIELDS[plain(name)] === field);
  };
  return { line, ticket, columnOf };
};
