const width = (cells: readonly string[]): number => Math.max(...cells.map((cell) => cell.length));

/** Rows under aligned columns; the last column is left as long as it is. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => width([title, ...rows.map((row) => row[column] ?? '')]));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [head, ...rows].map(line).join('\n');
};
