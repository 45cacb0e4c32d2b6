import type { Filter } from '../../../../src/infrastructure/templating/filters/filter.js';
import { KLAVIYO_FILTERS } from '../../../../src/infrastructure/templating/filters/klaviyo/klaviyo-filters.js';
import { str } from '../../../../src/infrastructure/templating/values/printing.js';
import { type Budget, SafeText, type Value } from '../../../../src/infrastructure/templating/values/value.js';
import { BoundedBudget } from './bounded-budget.js';

/** The moment that the filters take for now: 2024-03-01T12:00:00Z. */
export const NOW = Date.UTC(2024, 2, 1, 12);

export const filterOf = (name: string): Filter => {
  const filter = KLAVIYO_FILTERS.get(name);
  if (filter === undefined) {
    throw new Error(`no filter ${name}`);
  }
  return filter;
};

/** What a filter makes of a value, called as the engine calls it. */
export const filtered = (name: string, value: Value, argument?: Value, budget: Budget = new BoundedBudget()): Value => {
  const filter = filterOf(name);
  const safe = value instanceof SafeText;
  const input = filter.takesText ? str(value, budget) : value;
  const output = filter.apply(input, argument, { autoescape: true, budget, now: () => NOW }, safe);
  return filter.isSafe && safe && typeof output === 'string' ? new SafeText(output) : output;
};

/** The same, printed. */
export const printed = (name: string, value: Value, argument?: Value, budget?: Budget): string =>
  str(filtered(name, value, argument, budget), new BoundedBudget());

/** One row of a table: input, filter, argument, and what is printed. */
export type Row = readonly [value: Value, filter: string, argument: Value, output: string];
