import { TemplateError } from '../../../application/ports/template-engine.js';
import { NAME_COST } from '../limits.js';
import { operators } from '../operators.js';
import type { RenderRun } from '../render-run.js';
import { isDictionary, joinTexts, markSafe, member, numberOf, plain, SafeText, textOf } from '../values.js';
import { type Filter, wholeNumber } from './filter.js';

export const listFilters: readonly (readonly [string, Filter])[] = [
  ['batch', { parameters: ['linecount', 'fill_with'], apply: batch }],
  ['first', { parameters: [], apply: (_run, value) => member(value, 0) }],
  ['join', { parameters: ['separator'], apply: join }],
  ['last', { parameters: [], apply: (run, value) => member(value, lengthOf(run, value) - 1) }],
  ['length', { parameters: [], apply: lengthOf }],
  ['list', { parameters: [], apply: list }],
  ['lookup', { parameters: ['name'], apply: (_run, value, name) => member(value, name) }],
  ['reverse', { parameters: [], apply: reverse }],
  ['slice', { parameters: ['slices', 'fill_with'], apply: slice }],
  ['sort', { parameters: ['reverse', 'case_sensitive', 'attribute'], apply: sort }],
  ['sum', { parameters: [], apply: sum }],
];

/** The items of a list, or the characters of a text, charged. */
function itemsIn(run: RenderRun, filter: string, value: unknown): readonly unknown[] {
  const source = plain(value);
  if (source === undefined || source === null) return [];
  if (typeof source !== 'string' && !Array.isArray(source)) {
    throw new TemplateError('render', `The filter ${filter} needs a list.`);
  }
  run.charge(source.length);
  return typeof source === 'string' ? source.split('') : source;
}

function lengthOf(run: RenderRun, value: unknown): number {
  const source = plain(value);
  if (typeof source === 'string' || Array.isArray(source)) return source.length;
  if (!isDictionary(source)) return 0;
  const { length } = Object.keys(source);
  run.charge(length * NAME_COST);
  return length;
}

function batch(run: RenderRun, value: unknown, lineCount: unknown, fill: unknown): unknown[][] {
  const size = wholeNumber('batch', lineCount, 0, 1);
  const items = itemsIn(run, 'batch', value);
  const lines: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) lines.push(items.slice(start, start + size));
  const last = lines.at(-1);
  if (fill && last !== undefined) fillUp(run, last, size, fill);
  return lines;
}

function fillUp(run: RenderRun, line: unknown[], size: number, fill: unknown): void {
  run.charge(size);
  while (line.length < size) line.push(plain(fill));
}

function join(run: RenderRun, value: unknown, separator: unknown): string {
  return joinTexts(itemsIn(run, 'join', value), textOf(separator, run), run);
}

function list(run: RenderRun, value: unknown): readonly unknown[] {
  if (!isDictionary(value)) return itemsIn(run, 'list', value);
  const entries = Object.entries(value);
  run.charge(entries.length * NAME_COST);
  return entries.map(([key, entry]) => ({ key, value: entry }));
}

function reverse(run: RenderRun, value: unknown): unknown {
  const reversed = itemsIn(run, 'reverse', value).toReversed();
  if (value instanceof SafeText) return markSafe(reversed.join(''));
  return typeof value === 'string' ? reversed.join('') : reversed;
}

/** So many lists of about the same length. */
function slice(run: RenderRun, value: unknown, slices: unknown, fill: unknown): unknown[][] {
  const count = wholeNumber('slice', slices, 0, 1);
  run.charge(count);
  const items = itemsIn(run, 'slice', value);
  const size = Math.floor(items.length / count);
  const longer = items.length % count;
  const result: unknown[][] = [];
  let start = 0;
  for (let index = 0; index < count; index++) {
    const end = start + size + (index < longer ? 1 : 0);
    const part = items.slice(start, end);
    if (fill && index >= longer) part.push(plain(fill));
    result.push(part);
    start = end;
  }
  return result;
}

/** By the items or by their own attribute, whose name may be a path with dots. */
function sort(
  run: RenderRun,
  value: unknown,
  reversed: unknown,
  caseSensitive: unknown,
  attribute: unknown,
): unknown[] {
  const items = itemsIn(run, 'sort', value);
  run.charge(items.length * Math.ceil(Math.log2(items.length + 2)));
  const path = attribute === undefined ? [] : textOf(attribute, run).split('.');
  const keyOf = (item: unknown) => {
    const key = plain(path.reduce<unknown>(member, item));
    return typeof key === 'string' && !caseSensitive ? key.toLowerCase() : key;
  };
  const sign = reversed ? -1 : 1;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => {
      if (operators.compare(a.key, '<', b.key, run)) return -sign;
      return operators.compare(a.key, '>', b.key, run) ? sign : 0;
    })
    .map(({ item }) => item);
}

function sum(run: RenderRun, value: unknown): number {
  return itemsIn(run, 'sum', value).reduce<number>((total, item) => total + numberOf(item), 0);
}
