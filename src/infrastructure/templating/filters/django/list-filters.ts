import { codePointsOf, textBetween } from '../../values/code-points.js';
import { DictView } from '../../values/dict-view.js';
import { conditionalEscape } from '../../values/html.js';
import { iterate, lengthOf } from '../../values/iterating.js';
import { isDict, isText, plainText } from '../../values/kind.js';
import { toInt } from '../../values/numbers.js';
import { str } from '../../values/printing.js';
import { PyError, SafeText, Tuple, type Value } from '../../values/value.js';
import type { Filter, FilterContext } from '../filter.js';
import { itemAt } from './item-at.js';
import { sliceBounds } from './slice-bounds.js';
import { unorderedList } from './unordered-list.js';

export const listFilters: readonly (readonly [string, Filter])[] = [
  ['first', { argument: 'none', isSafe: false, apply: (value, _argument, context) => end(value, 0, context) }],
  ['join', { argument: 'required', isSafe: true, apply: join }],
  ['last', { argument: 'none', isSafe: true, apply: (value, _argument, context) => end(value, -1, context) }],
  ['length', { argument: 'none', isSafe: false, apply: (value, _argument, context) => size(value, context) ?? 0 }],
  ['length_is', { argument: 'required', isSafe: false, apply: lengthIs }],
  ['random', { argument: 'none', isSafe: true, apply: random }],
  ['slice', { argument: 'required', isSafe: true, apply: slice }],
  ['unordered_list', { argument: 'none', isSafe: true, apply: unorderedList }],
];

/** The first or last item; nothing where there are none. */
function end(value: Value, index: 0 | -1, context: FilterContext): Value {
  size(value, context);
  try {
    return itemAt(value, index);
  } catch (error) {
    if (error instanceof PyError && error.kind === 'IndexError') return '';
    throw error;
  }
}

/** A text's characters are counted, which is charged. */
function size(value: Value, { budget }: FilterContext): number | undefined {
  if (isText(value)) budget.charge(plainText(value).length);
  return lengthOf(value);
}

function lengthIs(value: Value, argument: Value, context: FilterContext): Value {
  const length = size(value, context);
  const wanted = toInt(argument);
  return length === undefined || wanted === undefined ? '' : length === wanted;
}

function random(value: Value, _argument: Value, context: FilterContext): Value {
  const length = size(value, context);
  if (length === undefined) throw new PyError('TypeError', 'random takes a list.');
  return itemAt(value, Math.floor(Math.random() * length));
}

/** What isn't a list of texts, or can't be iterated over, is given back as it is. */
function join(value: Value, argument: Value, context: FilterContext): Value {
  const { budget, autoescape } = context;
  if (!isIterable(value)) return value;
  const separator = conditionalEscape(argument === undefined ? '' : argument, budget).text;
  let text = '';
  let first = true;
  for (const item of iterate(value, budget)) {
    if (!autoescape && !isText(item)) return value;
    const piece = autoescape ? conditionalEscape(item, budget).text : str(item, budget);
    budget.charge(1 + separator.length + piece.length);
    budget.chargeText(text.length + separator.length + piece.length);
    text += first ? piece : separator + piece;
    first = false;
  }
  return new SafeText(text);
}

const isIterable = (value: Value): boolean => lengthOf(value) !== undefined;

function slice(value: Value, argument: Value, context: FilterContext): Value {
  const length = size(value, context);
  const text = str(argument, context.budget);
  if (length === undefined || isDict(value) || value instanceof DictView) return value;
  try {
    const { start, step, count } = sliceBounds(text, length);
    context.budget.charge(count);
    if (isText(value)) return slicedText(plainText(value), start, step, count);
    const items = (value instanceof Tuple ? value.items : value) as readonly Value[];
    const taken = pick(items, start, step, count);
    return value instanceof Tuple ? new Tuple(taken) : taken;
  } catch (error) {
    if (error instanceof PyError && (error.kind === 'ValueError' || error.kind === 'TypeError')) return value;
    throw error;
  }
}

function slicedText(text: string, start: number, step: number, count: number): string {
  const points = codePointsOf(text);
  return step === 1 ? textBetween(points, start, start + count) : pick(points, start, step, count).join('');
}

function pick<T>(items: { readonly [index: number]: T }, start: number, step: number, count: number): T[] {
  return Array.from({ length: count }, (_, index) => items[start + index * step] as T);
}
