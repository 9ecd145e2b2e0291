const width = (cells: readonly string[]): number => cells.reduce((widest, cell) => Math.max(widest, cell.length), 0);

/** On one line, without what could steer a terminal or turn the reading direction: events quote what others wrote. */
export const printable = (text: string): string =>
  text.replaceAll(/\s+/gu, ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');

/** Rows under aligned columns; the last column is left as long as it is. One line for the head, then one a row. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const lines = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, column) => width(lines.map((cells) => cells[column] ?? '')));
  return lines.map((cells) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  );
};
