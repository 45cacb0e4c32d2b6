import { float, PyFloat, type Value } from '../../values/value.js';
import type { Filter } from '../filter.js';
import {
  add,
  type Decimal,
  decimalOf,
  fixedText,
  modulo,
  multiply,
  numberOfDecimal,
  type Rounding,
  roundTo,
  subtract,
} from './decimal.js';
import { itemsOf } from './items-of.js';
import { type Numeric, numberOf, numericOf, plainNumber } from './numeric.js';

/** What arithmetic with something that is no number gives. */
const NO_NUMBER = new PyFloat(0);
/** More places than this mean nothing in a float. */
const MOST_PLACES = 400;

const abs: Filter = {
  argument: 'none',
  apply: (value) => {
    const numeric = numericOf(value);
    if (numeric === undefined) {
      return NO_NUMBER;
    }
    if (numeric instanceof PyFloat) {
      return new PyFloat(Math.abs(numeric.value));
    }
    return numeric < 0 ? -numeric : numeric;
  },
};

/** The value or, where it lies on the wrong side of it, the bound; each as the int or float that it is. */
const bounded = (isBeyond: (value: number, bound: number) => boolean): Filter => ({
  argument: 'required',
  apply: (value, argument) => {
    const numeric: Numeric = numericOf(value) ?? NO_NUMBER;
    const bound = numericOf(argument);
    return bound !== undefined && isBeyond(plainNumber(numeric), plainNumber(bound)) ? bound : numeric;
  },
});

/** Rounds to the places that the argument names, if the filter takes one; always a float. */
const rounding = (way: Rounding, argument: Filter['argument']): Filter => ({
  argument,
  apply: (value, places) => {
    const number = numberOf(value);
    return number === undefined
      ? NO_NUMBER
      : float(numberOfDecimal(roundTo(decimalOf(number), placesOf(places, -MOST_PLACES), way)));
  },
});

/** The whole number of places that an argument names; none where it names no number. */
const placesOf = (argument: Value, least: number): number =>
  Math.min(MOST_PLACES, Math.max(least, Math.trunc(numberOf(argument) ?? 0)));

/** Arithmetic of two numbers in decimals, so that 1.1 - 1 is 0.1; a float, and 0.0 where one of them is no number. */
const arithmetic = (compute: (left: Decimal, right: Decimal) => Decimal | undefined): Filter => ({
  argument: 'required',
  apply: (value, argument) => {
    const left = numberOf(value);
    const right = numberOf(argument);
    const result = left === undefined || right === undefined ? undefined : compute(decimalOf(left), decimalOf(right));
    return result === undefined ? NO_NUMBER : float(numberOfDecimal(result));
  },
});

const divide: Filter = {
  argument: 'required',
  apply: (value, argument) => {
    const left = numberOf(value);
    const right = numberOf(argument);
    return left === undefined || right === undefined || right === 0 ? NO_NUMBER : float(left / right);
  },
};

/** `.25` -> `25%`; the argument says how many places the percentage has, none if it is missing. */
const percentize: Filter = {
  argument: 'optional',
  apply: (value, argument, { budget }) => {
    const places = placesOf(argument, 0);
    budget.chargeText(MOST_PLACES + places);
    const share = decimalOf(numberOf(value) ?? 0);
    const percentage = multiply(share, { digits: 100n, places: 0 });
    return `${fixedText(roundTo(percentage, places, 'half-away'), places)}%`;
  },
};

/** The sum of a list's numbers, as a float; items that are no numbers count as nothing. */
const sumList: Filter = {
  argument: 'none',
  apply: (value, _argument, { budget }) => {
    let sum: Decimal = { digits: 0n, places: 0 };
    for (const item of itemsOf(value) ?? []) {
      budget.charge(1);
      sum = add(sum, decimalOf(numberOf(item) ?? 0));
    }
    return float(numberOfDecimal(sum));
  },
};

const plus = arithmetic(add);
const minus = arithmetic(subtract);
const remainder = arithmetic((left, right) => (right.digits === 0n ? undefined : modulo(left, right)));

export const NUMBER_FILTERS: readonly (readonly [string, Filter])[] = [
  ['abs', abs],
  ['at_least', bounded((value, bound) => value < bound)],
  ['at_most', bounded((value, bound) => value > bound)],
  ['ceil', rounding('up', 'none')],
  ['floor', rounding('down', 'none')],
  ['round', rounding('half-away', 'optional')],
  ['round_up', rounding('up', 'optional')],
  ['round_down', rounding('down', 'optional')],
  ['multiply', arithmetic(multiply)],
  ['divide', divide],
  ['floatadd', plus],
  ['plus', plus],
  ['floatsub', minus],
  ['minus', minus],
  ['modulo', remainder],
  ['remainder', remainder],
  ['percentize', percentize],
  ['sum_list', sumList],
];
