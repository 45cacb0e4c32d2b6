import { TemplateError } from '../../application/ports/template-engine.js';
import { assertTextLength, type Budget, NAME_COST } from './limits.js';
import { isDictionary, member, numberOf, plain, textOf } from './values.js';

type Primitive = string | number | boolean | null | undefined;

/**
 * What compiled templates call for their operators. No list or dictionary is ever converted to a primitive: that would
 * call its methods, and can take exponential time.
 */
export const operators = {
  member,
  add,
  concat,
  sub,
  mul,
  div,
  floorDiv,
  mod,
  pow,
  neg,
  pos,
  compare,
  contains,
  items,
  loop,
};

/** Adds numbers, or joins texts where one of the two is no number. */
function add(left: unknown, right: unknown, budget: Budget): unknown {
  return isNumeric(left) && isNumeric(right) ? numberOf(left) + numberOf(right) : concat(left, right, budget);
}

function concat(left: unknown, right: unknown, budget: Budget): string {
  const text = textOf(left, budget) + textOf(right, budget);
  assertTextLength(text.length);
  return text;
}

function sub(left: unknown, right: unknown): number {
  return numberOf(left) - numberOf(right);
}

function mul(left: unknown, right: unknown): number {
  return numberOf(left) * numberOf(right);
}

function div(left: unknown, right: unknown): number {
  return numberOf(left) / numberOf(right);
}

function floorDiv(left: unknown, right: unknown): number {
  return Math.floor(div(left, right));
}

function mod(left: unknown, right: unknown): number {
  return numberOf(left) % numberOf(right);
}

function pow(left: unknown, right: unknown): number {
  return numberOf(left) ** numberOf(right);
}

function neg(value: unknown): number {
  return -numberOf(value);
}

function pos(value: unknown): number {
  return numberOf(value);
}

/** JavaScript's comparisons; lists and dictionaries equal themselves alone and are neither less nor greater. */
function compare(left: unknown, operator: string, right: unknown, budget: Budget): boolean {
  const a = plain(left);
  const b = plain(right);
  if (typeof a === 'string' && typeof b === 'string') budget.charge(Math.min(a.length, b.length));
  switch (operator) {
    case '===':
      return a === b;
    case '!==':
      return a !== b;
    case '==':
      return looselyEqual(a, b);
    case '!=':
      return !looselyEqual(a, b);
  }
  if (!isPrimitive(a) || !isPrimitive(b)) return false;
  const [x, y] = typeof a === 'string' && typeof b === 'string' ? [a, b] : [numberOf(a), numberOf(b)];
  switch (operator) {
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    default:
      return x >= y;
  }
}

function looselyEqual(a: unknown, b: unknown): boolean {
  if (typeof a === typeof b || !isPrimitive(a) || !isPrimitive(b)) return a === b;
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
  return numberOf(a) === numberOf(b);
}

/** `in`: a part of a text, an item of a list, an own name of a dictionary. */
function contains(item: unknown, container: unknown, budget: Budget): boolean {
  const whole = plain(container);
  const part = plain(item);
  if (whole === undefined || whole === null) return false;
  if (typeof whole === 'string' || Array.isArray(whole)) {
    budget.charge(whole.length);
    return typeof whole === 'string' ? whole.includes(textOf(part, budget)) : whole.indexOf(part) !== -1;
  }
  if (isDictionary(whole)) return (typeof part === 'string' || typeof part === 'number') && Object.hasOwn(whole, part);
  throw new TemplateError('render', '"in" needs a text, a list or a dictionary on its right.');
}

/** What a loop goes through: items of a list, characters of a text and, with two names, entries of a dictionary. */
function items(value: unknown, names: number, budget: Budget): readonly unknown[] {
  const source = plain(value);
  if (Array.isArray(source)) return source;
  if (typeof source === 'string') {
    budget.charge(source.length);
    return source.split('');
  }
  if (names !== 2 || !isDictionary(source)) return [];
  const entries = Object.entries(source);
  budget.charge(entries.length * NAME_COST);
  return entries;
}

/** The `loop` of a turn. */
function loop(index: number, length: number): object {
  return {
    index: index + 1,
    index0: index,
    revindex: length - index,
    revindex0: length - index - 1,
    first: index === 0,
    last: index === length - 1,
    length,
  };
}

function isPrimitive(value: unknown): value is Primitive {
  return typeof value !== 'object' || value === null;
}

function isNumeric(value: unknown): boolean {
  return typeof value !== 'string' && isPrimitive(value);
}
