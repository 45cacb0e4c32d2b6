/** What is known of one thing: a name and a value a line, the values below each other. */
export function fields(known: readonly (readonly [name: string, value: string | null | undefined])[]): string {
  const shown = known.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${indented(value as string, width + 2)}\n`).join('');
}

const indented = (text: string, by: number): string => text.split('\n').join(`\n${' '.repeat(by)}`);
