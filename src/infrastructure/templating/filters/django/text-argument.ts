import { isText, kindOf, plainText } from '../../values/kind.js';
import { PyError, type Value } from '../../values/value.js';

/**
 * An argument that Django's filter uses as a text without making it one.
 * @throws PyError TypeError where it is something else
 */
export function textArgument(argument: Value): string {
  // A name that isn't there is an empty text.
  if (argument === undefined) return '';
  if (isText(argument)) return plainText(argument);
  throw new PyError('TypeError', `The filter's argument must be a text, not '${kindOf(argument)}'.`);
}
