import type { Budget } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { grown } from './grown.js';
import { sizeArgumentOrInput } from './size-argument.js';
import { textFilter } from './text-filter.js';
import { truncateHtmlCharacters, truncateHtmlWords } from './truncate-html.js';
import { truncateCharacters, truncateWords } from './truncate-text.js';

export const truncatingFilters: readonly (readonly [string, Filter])[] = [
  ['truncatechars', truncatingFilter(truncateCharacters)],
  ['truncatechars_html', truncatingFilter(truncateHtmlCharacters)],
  ['truncatewords', truncatingFilter(truncateWords)],
  ['truncatewords_html', truncatingFilter(truncateHtmlWords)],
];

function truncatingFilter(truncate: (text: string, count: number, budget: Budget) => string): Filter {
  return textFilter({ argument: 'required', isSafe: true }, (text, { argument, budget }) => {
    const count = sizeArgumentOrInput(argument);
    if (count === undefined) return text;
    // Normalising, and asking what combines with what, take their time.
    budget.charge(text.length * 4);
    return grown(truncate(text, count, budget), budget);
  });
}
