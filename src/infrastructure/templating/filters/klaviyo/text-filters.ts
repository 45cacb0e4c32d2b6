import { str } from '../../values/printing.js';
import { type Budget, SafeText, type Value } from '../../values/value.js';
import { isSpace } from '../../values/white-space.js';
import type { Filter } from '../filter.js';
import { itemsOf } from './items-of.js';

/** Two texts in one, safe if both are, as Python's SafeString adds up. */
const joined = (left: string, right: string, safe: boolean, budget: Budget): Value => {
  budget.chargeText(left.length + right.length);
  return safe ? new SafeText(left + right) : left + right;
};

const append: Filter = {
  argument: 'required',
  takesText: true,
  apply: (value, argument, { budget }, inputSafe) =>
    joined(value as string, str(argument, budget), inputSafe && argument instanceof SafeText, budget),
};

const prepend: Filter = {
  argument: 'required',
  takesText: true,
  apply: (value, argument, { budget }, inputSafe) =>
    joined(str(argument, budget), value as string, inputSafe && argument instanceof SafeText, budget),
};

/** Two lists in one; with what is no list, two texts. */
const concat: Filter = {
  argument: 'required',
  apply: (value, argument, { budget }) => {
    const items = itemsOf(value);
    if (items === undefined) {
      const safe = value instanceof SafeText && argument instanceof SafeText;
      return joined(str(value, budget), str(argument, budget), safe, budget);
    }
    const more = itemsOf(argument) ?? [argument];
    budget.charge(items.length + more.length);
    return [...items, ...more];
  },
};

/** Drops white space at one end or both: Python's idea of it, which all lies in single UTF-16 units. */
const stripping = (left: boolean, right: boolean): Filter => ({
  argument: 'none',
  takesText: true,
  isSafe: true,
  apply: (value, _argument, { budget }) => {
    const text = value as string;
    budget.charge(text.length);
    let start = 0;
    let end = text.length;
    while (left && start < end && isSpace(text.charAt(start))) {
      start += 1;
    }
    while (right && end > start && isSpace(text.charAt(end - 1))) {
      end -= 1;
    }
    return text.slice(start, end);
  },
});

const stripNewlines: Filter = {
  argument: 'none',
  takesText: true,
  isSafe: true,
  apply: (value, _argument, { budget }) => {
    const text = value as string;
    budget.charge(text.length);
    return text.replace(/[\r\n]/g, '');
  },
};

export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  ['append', append],
  ['prepend', prepend],
  ['concat', concat],
  ['strip', stripping(true, true)],
  ['lstrip', stripping(true, false)],
  ['rstrip', stripping(false, true)],
  ['strip_newlines', stripNewlines],
];
