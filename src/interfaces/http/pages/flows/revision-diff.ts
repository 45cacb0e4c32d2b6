import { type DiffLine, lineDiff } from './line-diff.js';
import type { Revision } from './revisions.js';

/** As many lines that are the same are shown before and after those that differ. */
const LINES_AROUND = 3;

/** A line of a diff, or how many that are the same are left out. */
export type ShownLine = DiffLine | { kind: 'left-out'; count: number };

/** What differs between two revisions, by the part that it is in; parts that are the same are not there. */
export function revisionDiff(from: Revision, to: Revision): readonly { part: string; lines: readonly ShownLine[] }[] {
  return [
    { part: 'Name', before: from.name, after: to.name },
    { part: 'URL', before: from.url, after: to.url },
    { part: 'Headers', before: headerLines(from), after: headerLines(to) },
    { part: 'Body', before: from.body, after: to.body },
  ]
    .filter(({ before, after }) => before !== after)
    .map(({ part, before, after }) => ({ part, lines: aroundChanges(lineDiff(before, after)) }));
}

const headerLines = ({ headers }: Revision): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

function aroundChanges(lines: readonly DiffLine[]): readonly ShownLine[] {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let at = index - LINES_AROUND; at <= index + LINES_AROUND; at++) near.add(at);
  }
  const shown: ShownLine[] = [];
  for (const [index, line] of lines.entries()) {
    const last = shown.at(-1);
    if (near.has(index)) shown.push(line);
    else if (last?.kind === 'left-out') last.count++;
    else shown.push({ kind: 'left-out', count: 1 });
  }
  return shown;
}
