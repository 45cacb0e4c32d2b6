import { dateRepr } from '../dates/date-repr.js';
import { isoText } from '../dates/iso-text.js';
import { compareTexts } from './code-point-order.js';
import { DictView } from './dict-view.js';
import { floatText } from './float-text.js';
import { GroupedResult } from './grouped-result.js';
import { textRepr } from './text-repr.js';
import { type Budget, PyDate, PyDateTime, PyError, PyFloat, PyTime, SafeText, Tuple, type Value } from './value.js';

/** Levels of lists and dicts that are printed. Python gives up at about a thousand. */
const MAX_DEPTH = 500;

type KeyOrder = 'as inserted' | 'sorted keys';

/** Python's `str()`; what is missing is nothing. */
export function str(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (value instanceof SafeText) return value.text;
  if (value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTime) return isoText(value, ' ');
  return repr(value, budget);
}

/**
 * Python's `repr()`: how a value looks inside a list.
 * @param keyOrder of dicts: as they were inserted or, as `pprint` has them, sorted
 */
export function repr(value: Value, budget: Budget, keyOrder: KeyOrder = 'as inserted'): string {
  const simple = simpleRepr(value, budget);
  if (simple !== undefined) return simple;
  const printer = new Printer(budget, keyOrder);
  printer.print(value, 0);
  return printer.text;
}

/** undefined for lists, tuples and dicts. */
function simpleRepr(value: Value, budget: Budget): string | undefined {
  switch (typeof value) {
    case 'string':
      return boundedTextRepr(value, budget);
    case 'number':
      return Number.isInteger(value) ? intText(value) : floatText(value);
    case 'bigint':
      return bigText(value, budget);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      // A missing value has become an empty text by the time that Django puts it anywhere.
      return "''";
  }
  if (value === null) return 'None';
  if (value instanceof PyFloat) return floatText(value.value);
  if (value instanceof SafeText) return boundedTextRepr(value.text, budget);
  if (value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTime) return dateRepr(value);
  return undefined;
}

function intText(value: number): string {
  // Beyond 2^53 JavaScript rounds digits away or writes an exponent; zero may be negative.
  return Number.isSafeInteger(value) ? `${value + 0}` : BigInt(value).toString();
}

function bigText(value: bigint, budget: Budget): string {
  const text = value.toString();
  budget.charge(text.length);
  budget.chargeText(text.length);
  return text;
}

function boundedTextRepr(text: string, budget: Budget): string {
  budget.charge(text.length);
  const shown = textRepr(text);
  budget.chargeText(shown.length);
  return shown;
}

/** Writes nested values piece by piece, so that a limit is hit before what is too long was made. */
class Printer {
  text = '';

  constructor(
    private readonly budget: Budget,
    private readonly keyOrder: KeyOrder,
  ) {}

  print(value: Value, depth: number): void {
    const simple = simpleRepr(value, this.budget);
    if (simple !== undefined) this.#add(simple);
    else if (depth >= MAX_DEPTH)
      throw new PyError('ValueError', `A value nested deeper than ${MAX_DEPTH} levels can't be printed.`);
    else if (Array.isArray(value)) this.#printItems('[', value, ']', depth);
    else if (value instanceof DictView) this.#printItems(`dict_${value.kind}([`, value.items, '])', depth);
    else if (value instanceof GroupedResult) this.#printGroup(value, depth);
    else if (value instanceof Tuple) this.#printItems('(', value.items, value.items.length === 1 ? ',)' : ')', depth);
    else this.#printDict(value as { readonly [key: string]: Value }, depth);
  }

  #printItems(open: string, items: readonly Value[], close: string, depth: number): void {
    this.#add(open);
    for (let index = 0; index < items.length; index++) {
      if (index > 0) this.#add(', ');
      this.print(items[index], depth + 1);
    }
    this.#add(close);
  }

  #printGroup({ grouper, list }: GroupedResult, depth: number): void {
    this.#add('GroupedResult(grouper=');
    this.print(grouper, depth + 1);
    this.#add(', list=');
    this.print(list, depth + 1);
    this.#add(')');
  }

  #printDict(dict: { readonly [key: string]: Value }, depth: number): void {
    this.#add('{');
    let first = true;
    const keys = Object.keys(dict);
    if (this.keyOrder === 'sorted keys') keys.sort(compareTexts);
    for (const key of keys) {
      this.#add(`${first ? '' : ', '}${boundedTextRepr(key, this.budget)}: `);
      this.print(dict[key], depth + 1);
      first = false;
    }
    this.#add('}');
  }

  #add(piece: string): void {
    this.budget.charge(piece.length + 1);
    this.budget.chargeText(this.text.length + piece.length);
    this.text += piece;
  }
}
