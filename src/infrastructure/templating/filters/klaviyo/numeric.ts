import { toFloat, toInt } from '../../values/numbers.js';
import { float, PrintedBoolean, PyFloat, SafeText, type Value } from '../../values/value.js';

/** An int or a float. */
export type Numeric = number | bigint | PyFloat;

/** A text of more characters is no number: reading one takes time, and a float has at most some 800 digits that matter. */
const LONGEST_NUMBER = 400;
/** How a number may begin; digits of other scripts count too. Most texts are none, and trying them all the way takes longer. */
const MAY_BE_NUMBER = /^[\s\d+.-]|[^\0-\x7f]/;

/**
 * The number that a value is or, for a text, says, as Python's `float()` reads it; a text of digits alone is an int.
 * @returns undefined for what is no finite number: other texts, missing, None, lists, dicts, dates
 */
export const numericOf = (value: Value): Numeric | undefined => {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Number.isFinite(Number(value)) ? value : undefined;
  }
  if (value instanceof PyFloat) {
    return Number.isFinite(value.value) ? value : undefined;
  }
  if (typeof value === 'boolean') {
    return value ? 1 : 0;
  }
  if (value instanceof PrintedBoolean) {
    return value.value ? 1 : 0;
  }
  if (value instanceof SafeText) {
    return numericOf(value.text);
  }
  return typeof value === 'string' ? numericOfText(value) : undefined;
};

/** The same as a JavaScript number, in which ints and floats are one. */
export const numberOf = (value: Value): number | undefined => {
  const numeric = numericOf(value);
  return numeric === undefined ? undefined : plainNumber(numeric);
};

export const plainNumber = (numeric: Numeric): number => (numeric instanceof PyFloat ? numeric.value : Number(numeric));

const numericOfText = (text: string): Numeric | undefined => {
  if (text.length > LONGEST_NUMBER || !MAY_BE_NUMBER.test(text)) {
    return undefined;
  }
  const int = toInt(text);
  if (int !== undefined) {
    return Number.isFinite(Number(int)) ? int : undefined;
  }
  const number = toFloat(text);
  return number !== undefined && Number.isFinite(number) ? float(number) : undefined;
};
