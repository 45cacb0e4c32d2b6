import { once } from 'node:events';
import { columns } from './columns.js';
import type { JsonFlag } from './print-result.js';

/** Prints a list: one JSON object a line for programs, or columns for people. @returns how many there were */
export async function printList<Item extends object>(
  { json }: JsonFlag,
  items: AsyncIterable<Item>,
  headings: readonly string[],
  row: (item: Item) => readonly string[],
): Promise<number> {
  let count = 0;
  const rows: (readonly string[])[] = [];
  for await (const item of items) {
    count++;
    if (!json) rows.push(row(item));
    else if (!process.stdout.write(`${JSON.stringify(item)}\n`)) await once(process.stdout, 'drain');
  }
  process.stdout.write(columns(headings, rows));
  return count;
}
