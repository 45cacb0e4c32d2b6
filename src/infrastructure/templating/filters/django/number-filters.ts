import { intOf, moduloInts } from '../../values/numbers.js';
import { str } from '../../values/printing.js';
import { type Budget, PyError, Tuple, type Value } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { add } from './add.js';
import { fileSize } from './file-size.js';
import { floatFormat } from './float-format.js';
import { percentFormat } from './percent-format.js';
import { pluralize } from './pluralize.js';

export const numberFilters: readonly (readonly [string, Filter])[] = [
  ['add', numberFilter('required', false, add)],
  [
    'divisibleby',
    numberFilter('required', false, (value, argument) => Number(moduloInts(intOf(value), intOf(argument))) === 0),
  ],
  ['filesizeformat', numberFilter('none', true, (value, _argument, budget) => fileSize(value, budget))],
  ['floatformat', numberFilter('optional', true, floatFormat)],
  ['get_digit', numberFilter('required', false, digit)],
  ['pluralize', numberFilter('optional', false, pluralize)],
  ['stringformat', numberFilter('required', true, stringFormat)],
];

function numberFilter(
  argument: Filter['argument'],
  isSafe: boolean,
  apply: (value: Value, argument: Value, budget: Budget) => Value,
): Filter {
  return { argument, isSafe, apply: (value, given, { budget }) => apply(value, given, budget) };
}

/** A digit counted from the right, from 1; 0 beyond the first. What isn't a number is given back. */
function digit(value: Value, argument: Value, budget: Budget): Value {
  let number: Value = value;
  try {
    const place = intOf(argument);
    number = intOf(value);
    if (place < 1) return number;
    const digits = str(number, budget);
    return place > digits.length ? 0 : digitOf(digits.charAt(digits.length - Number(place)));
  } catch (error) {
    if (error instanceof PyError && error.kind === 'ValueError' && number === value) return value;
    throw error;
  }
}

/** @throws PyError for the sign, as Django fails to read it */
function digitOf(character: string): number {
  if (character === '-') throw new PyError('IndexError', 'The sign is no digit.');
  return Number(character);
}

/** Python's `%` with the argument behind the percent sign; nothing where that doesn't fit the value. */
function stringFormat(value: Value, argument: Value, budget: Budget): Value {
  try {
    return percentFormat(`%${str(argument, budget)}`, value instanceof Tuple ? str(value, budget) : value, budget);
  } catch (error) {
    if (error instanceof PyError && (error.kind === 'ValueError' || error.kind === 'TypeError')) return '';
    throw error;
  }
}
