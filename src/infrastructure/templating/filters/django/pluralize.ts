import { lengthOf } from '../../values/iterating.js';
import { isText, plainText } from '../../values/kind.js';
import { floatOf, isNumber } from '../../values/numbers.js';
import { PyError, type Value } from '../../values/value.js';
import { textArgument } from './text-argument.js';

/** The ending for one or for many, by a number or a list's length; nothing for what has neither. */
export function pluralize(value: Value, argument: Value): Value {
  const endings = argument === undefined ? 's' : textArgument(argument);
  const [one = '', many = '', ...more] = (endings.includes(',') ? endings : `,${endings}`).split(',', 3);
  if (more.length > 0) return '';
  const count = countOf(value);
  if (count === undefined) return '';
  return count === 1 ? one : many;
}

function countOf(value: Value): number | undefined {
  if (!isText(value) && !isNumber(value)) return lengthOf(value);
  try {
    return floatOf(isText(value) ? plainText(value) : value);
  } catch (error) {
    if (error instanceof PyError && error.kind === 'ValueError') return undefined;
    throw error;
  }
}
