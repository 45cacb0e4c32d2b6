import { isText, plainText } from '../../values/kind.js';
import { isTrue } from '../../values/truth.js';
import { PyError, type Value } from '../../values/value.js';
import type { Filter } from '../filter.js';

export const logicFilters: readonly (readonly [string, Filter])[] = [
  ['default', { argument: 'required', isSafe: false, apply: (value, argument) => (isTrue(value) ? value : argument) }],
  [
    'default_if_none',
    { argument: 'required', isSafe: false, apply: (value, argument) => (value === null ? argument : value) },
  ],
  ['yesno', { argument: 'optional', isSafe: false, apply: yesNo }],
];

function yesNo(value: Value, argument: Value): Value {
  const choices = argument ?? 'yes,no,maybe';
  if (!isText(choices)) throw new PyError('TypeError', 'yesno takes a text such as "yes,no,maybe".');
  const [yes, no, maybe, ...more] = plainText(choices).split(',', 4);
  if (no === undefined) return value;
  // With a fourth choice, as with no third, None counts as false.
  if (value === null) return maybe === undefined || more.length > 0 ? no : maybe;
  return isTrue(value) ? yes : no;
}
