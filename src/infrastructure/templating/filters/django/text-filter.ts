import type { Budget, Value } from '../../values/value.js';
import type { Filter, FilterContext } from '../filter.js';

/** What a filter of texts is told beside the text. */
export interface TextFilterCall {
  argument: Value;
  budget: Budget;
  /** Whether the input is marked safe. */
  safe: boolean;
  context: FilterContext;
}

/** A filter with Django's `@stringfilter`: its input is made a text first, whose length is charged. */
export function textFilter(
  traits: { argument?: Filter['argument']; isSafe: boolean },
  apply: (text: string, call: TextFilterCall) => Value,
): Filter {
  return {
    argument: traits.argument ?? 'none',
    takesText: true,
    isSafe: traits.isSafe,
    apply: (value, argument, context, inputSafe) => {
      const text = value as string;
      context.budget.charge(text.length + 1);
      return apply(text, { argument, budget: context.budget, safe: inputSafe, context });
    },
  };
}
