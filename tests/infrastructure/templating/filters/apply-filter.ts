import { DJANGO_FILTERS } from '../../../../src/infrastructure/templating/filters/django/django-filters.js';
import type { Filter } from '../../../../src/infrastructure/templating/filters/filter.js';
import { rendered } from '../../../../src/infrastructure/templating/values/rendering.js';
import { textOf } from '../../../../src/infrastructure/templating/values/text.js';
import { SafeText, type Value } from '../../../../src/infrastructure/templating/values/value.js';
import { TestBudget } from '../values/test-budget.js';

/** 2026-03-05 14:07:09 UTC, a Thursday. */
export const NOW = Date.UTC(2026, 2, 5, 14, 7, 9);

export interface Surroundings {
  autoescape?: boolean;
  budget?: TestBudget;
}

/** What a filter gives, with the marks that Django's engine sets around it. */
export function applied(name: string, value: Value, argument?: Value, surroundings: Surroundings = {}): Value {
  const { autoescape = false, budget = new TestBudget() } = surroundings;
  const filter = filterNamed(name);
  const { text, safe } =
    filter.takesText === true ? textOf(value, budget) : { text: value, safe: value instanceof SafeText };
  const result = filter.apply(text, argument, { autoescape, budget, now: () => NOW }, safe);
  return filter.isSafe === true && safe && typeof result === 'string' ? new SafeText(result) : result;
}

/** What a filter's output is written as; `safe:` in front where it bears the mark. */
export function written(name: string, value: Value, argument?: Value, surroundings?: Surroundings): string {
  const result = applied(name, value, argument, surroundings);
  const text = rendered(result, new TestBudget());
  return result instanceof SafeText ? `safe:${text}` : text;
}

function filterNamed(name: string): Filter {
  const filter = DJANGO_FILTERS.get(name);
  if (filter === undefined) throw new Error(`There is no filter ${name}.`);
  return filter;
}
