/** Rows under their headings, each column as wide as its longest cell; nothing where there are no rows. */
export function columns(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const all = [headings, ...rows.map((row) => row.map(onOneLine))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return all.map((row) => `${line(row)}\n`).join('');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a name from elsewhere must not steer the terminal
const onOneLine = (cell: string): string => cell.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ');
