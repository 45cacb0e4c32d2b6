import { str } from '../../values/printing.js';
import { occurrences } from '../../values/text-search.js';
import { words } from '../../values/white-space.js';
import type { Filter } from '../filter.js';
import { splitByRegularExpression } from './regular-expression-split.js';

/** By a separator; by white space where none is given, and into characters where it is empty. */
const split: Filter = {
  argument: 'optional',
  takesText: true,
  apply: (value, argument, { budget }) => {
    const text = value as string;
    if (argument === undefined) {
      budget.charge(text.length);
      return words(text);
    }
    const separator = str(argument, budget);
    if (separator === '') {
      budget.charge(text.length);
      return [...text];
    }
    budget.charge(2 * (text.length + separator.length));
    const pieces: string[] = [];
    let start = 0;
    for (const place of occurrences(text, separator)) {
      pieces.push(text.slice(start, place));
      start = place + separator.length;
    }
    pieces.push(text.slice(start));
    return pieces;
  },
};

const resplit: Filter = {
  argument: 'required',
  takesText: true,
  apply: (value, argument, { budget }) => splitByRegularExpression(value as string, str(argument, budget), budget),
};

export const SPLITTING_FILTERS: readonly (readonly [string, Filter])[] = [
  ['split', split],
  ['resplit', resplit],
];
