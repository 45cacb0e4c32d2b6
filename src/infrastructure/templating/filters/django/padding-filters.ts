import { length } from '../../values/text.js';
import type { Budget } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { sizeArgument } from './size-argument.js';
import { textFilter } from './text-filter.js';

export const paddingFilters: readonly (readonly [string, Filter])[] = [
  ['center', paddingFilter((blanks, width) => Math.floor(blanks / 2) + (blanks & width & 1))],
  ['ljust', paddingFilter(() => 0)],
  ['rjust', paddingFilter((blanks) => blanks)],
];

/** @param before how many of the blanks go in front */
function paddingFilter(before: (blanks: number, width: number) => number): Filter {
  return textFilter({ argument: 'required', isSafe: true }, (text, { argument, budget }) => {
    const width = sizeArgument(argument);
    const blanks = width - length(text);
    return blanks <= 0 ? text : padded(text, blanks, before(blanks, width), budget);
  });
}

function padded(text: string, blanks: number, before: number, budget: Budget): string {
  budget.chargeText(text.length + blanks);
  budget.charge(blanks);
  return ' '.repeat(before) + text + ' '.repeat(blanks - before);
}
