import { intOf } from '../../values/numbers.js';
import { PyError, type Value } from '../../values/value.js';

/**
 * `int(argument)` as a number of characters or words; beyond 2^53 it is near enough.
 * @throws PyError as `int()` does
 */
export const sizeArgument = (argument: Value): number => Number(intOf(argument));

/** The same, undefined where Django's filter catches the ValueError and gives its input back. */
export function sizeArgumentOrInput(argument: Value): number | undefined {
  try {
    return sizeArgument(argument);
  } catch (error) {
    if (error instanceof PyError && error.kind === 'ValueError') return undefined;
    throw error;
  }
}
