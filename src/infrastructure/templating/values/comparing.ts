import { compareTexts } from './code-point-order.js';
import { isDict, isText, type Kind, kindOf, plainText } from './kind.js';
import { isNumber, numberOf } from './numbers.js';
import { indexOfText } from './text-search.js';
import { type Budget, type Dict, PyDate, PyDateTime, PyError, PyTime, Tuple, type Value } from './value.js';

/** Levels of lists and dicts that are compared; Python gives up at about a thousand. */
const MAX_DEPTH = 500;

/** Python's `a == b`. What is missing counts as None, as in Django's conditions. The work is charged where a budget is given. */
export function equals(a: Value, b: Value, budget?: Budget): boolean {
  return equalAt(a ?? null, b ?? null, budget, 0);
}

function equalAt(a: Value, b: Value, budget: Budget | undefined, depth: number): boolean {
  if (a === b) return true;
  if (isNumber(a)) {
    // Loosely: an int and a big int are compared by their exact values.
    // biome-ignore lint/suspicious/noDoubleEquals: see above
    return isNumber(b) && numberOf(a) == numberOf(b);
  }
  if (isText(a)) {
    if (!isText(b)) return false;
    const text = plainText(a);
    budget?.charge(text.length / 8);
    return text === plainText(b);
  }
  if (a === null || typeof a !== 'object' || b === null || typeof b !== 'object') return false;
  const items = itemsOfSameKind(a, b);
  if (items !== undefined) return items[0].length === items[1].length && equalItems(...items, budget, depth);
  if (isDict(a)) return isDict(b) && equalDicts(a, b, budget, depth);
  return equalDates(a, b);
}

function equalItems(a: readonly Value[], b: readonly Value[], budget: Budget | undefined, depth: number): boolean {
  assertDepth(depth);
  for (let index = 0; index < a.length; index++) {
    budget?.charge(1);
    if (!equalAt(a[index] ?? null, b[index] ?? null, budget, depth + 1)) return false;
  }
  return true;
}

function equalDicts(a: Dict, b: Dict, budget: Budget | undefined, depth: number): boolean {
  assertDepth(depth);
  const keys = Object.keys(a);
  budget?.charge(keys.length);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equalAt(a[key] ?? null, b[key] ?? null, budget, depth + 1));
}

function equalDates(a: Value, b: Value): boolean {
  const order = dateOrder(a, b);
  return order !== undefined && order === 0;
}

/**
 * Python's `a < b`.
 * @throws PyError TypeError for what Python can't order
 */
export function lessThan(a: Value, b: Value, budget?: Budget): boolean {
  return orderAt(a ?? null, b ?? null, budget, 0) < 0;
}

/** Below zero, zero, above zero; not a number where none of that holds. */
function orderAt(a: Value, b: Value, budget: Budget | undefined, depth: number): number {
  if (isNumber(a) && isNumber(b)) return numberOrder(numberOf(a), numberOf(b));
  if (isText(a) && isText(b)) {
    const text = plainText(a);
    budget?.charge(text.length / 8);
    return compareTexts(text, plainText(b));
  }
  const items = itemsOfSameKind(a, b);
  if (items !== undefined) return itemOrder(...items, budget, depth);
  const order = dateOrder(a, b);
  if (order === undefined) throw unordered(a, b);
  return order;
}

function numberOrder(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : Number(a) - Number(b);
}

/** By the first items that differ, else the shorter first. */
function itemOrder(a: readonly Value[], b: readonly Value[], budget: Budget | undefined, depth: number): number {
  assertDepth(depth);
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    budget?.charge(1);
    const left = a[index] ?? null;
    const right = b[index] ?? null;
    if (!equalAt(left, right, budget, depth + 1)) return orderAt(left, right, budget, depth + 1);
  }
  return a.length - b.length;
}

function itemsOfSameKind(a: Value, b: Value): [readonly Value[], readonly Value[]] | undefined {
  if (Array.isArray(a) && Array.isArray(b)) return [a, b];
  return a instanceof Tuple && b instanceof Tuple ? [a.items, b.items] : undefined;
}

/** undefined for what isn't two dates of one kind, and for a naive moment and an aware one. */
function dateOrder(a: Value, b: Value): number | undefined {
  if (a instanceof PyDateTime && b instanceof PyDateTime) {
    if ((a.offsetMinutes === undefined) !== (b.offsetMinutes === undefined)) return undefined;
    return instant(a) - instant(b) || a.microseconds - b.microseconds;
  }
  if (a instanceof PyDate && b instanceof PyDate) return a.year - b.year || a.month - b.month || a.day - b.day;
  if (a instanceof PyTime && b instanceof PyTime)
    return a.hour - b.hour || a.minute - b.minute || a.second - b.second || a.microsecond - b.microsecond;
  return undefined;
}

const instant = (moment: PyDateTime): number => moment.wallMs - (moment.offsetMinutes ?? 0) * 60_000;

/**
 * Python's `needle in haystack`.
 * @throws PyError TypeError for a haystack that holds nothing, a text that is asked for anything but a text, a dict that is
 *   asked for what can't be a key
 */
export function isIn(needle: Value, haystack: Value, budget?: Budget): boolean {
  const sought = needle ?? null;
  if (isText(haystack)) {
    if (!isText(sought)) throw typeError(`'in <string>' requires string as left operand, not ${kindOf(sought)}`);
    const text = plainText(haystack);
    const part = plainText(sought);
    budget?.charge(text.length + part.length);
    return indexOfText(text, part) >= 0;
  }
  if (isDict(haystack)) {
    const kind = kindOf(sought);
    if (kind === 'list' || kind === 'dict') throw typeError(`unhashable type: '${kind}'`);
    return isText(sought) && Object.hasOwn(haystack, plainText(sought));
  }
  const items = haystack instanceof Tuple ? haystack.items : haystack;
  if (!Array.isArray(items)) throw typeError(`argument of type '${kindOf(haystack)}' is not iterable`);
  return (items as readonly Value[]).some((item) => {
    budget?.charge(1);
    return equals(sought, item, budget);
  });
}

/** Python's `a is b`, as near as values without an identity allow: equal ints and texts of one kind are the same. */
export function isSame(a: Value, b: Value): boolean {
  return Object.is(a ?? null, b ?? null) || (a === 0 && b === 0);
}

function assertDepth(depth: number): void {
  if (depth >= MAX_DEPTH)
    throw new PyError('ValueError', `Values nested deeper than ${MAX_DEPTH} levels can't be compared.`);
}

function unordered(a: Value, b: Value): PyError {
  const names: [Kind, Kind] = [kindOf(a), kindOf(b)];
  return typeError(`'<' not supported between instances of '${names[0]}' and '${names[1]}'`);
}

const typeError = (message: string): PyError => new PyError('TypeError', message);
