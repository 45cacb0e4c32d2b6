import { type DecimalDigits, fixedText, isWhole, shortestDigits, wholeDigits } from '../../values/decimal-digits.js';
import { isText, plainText } from '../../values/kind.js';
import { floatOf, intOf, isFloat } from '../../values/numbers.js';
import { repr } from '../../values/printing.js';
import { type Budget, PyError, PyFloat, SafeText, type Value } from '../../values/value.js';

/**
 * A number with as many digits behind the point as the argument says, rounded half up by the digits that it prints with; below
 * zero (-1 by default): only where there are any. With a `g` behind the argument, thousands are set apart by commas.
 */
export function floatFormat(value: Value, argument: Value, budget: Budget): Value {
  const { places: wanted, grouped } = readArgument(argument);
  const number = numberToFormat(value, budget);
  if (number === undefined) return '';
  const places = placesOf(wanted);
  if (places === undefined || number.digits === undefined) return repr(value, budget);
  const { negative, digits } = number;
  const shown = places < 0 && isWhole(digits) ? 0 : Math.abs(places);
  const size = Math.max(digits.digits.length, digits.point, 0) + shown;
  budget.charge(size);
  budget.chargeText(size + (grouped ? size / 3 : 0));
  const text = fixedText(digits, shown, 'half up');
  const sign = negative && /[1-9]/.test(text) ? '-' : '';
  return new SafeText(sign + (grouped ? withThousands(text) : text));
}

function readArgument(argument: Value): { places: Value; grouped: boolean } {
  if (argument === undefined) return { places: -1, grouped: false };
  if (!isText(argument)) return { places: argument, grouped: false };
  const text = plainText(argument);
  return text.endsWith('g') ? { places: text.slice(0, -1) || -1, grouped: true } : { places: text, grouped: false };
}

/** Undefined where the argument is no number: the value is then shown as it is. */
function placesOf(argument: Value): number | undefined {
  try {
    return Number(intOf(argument));
  } catch (error) {
    if (error instanceof PyError && error.kind === 'ValueError') return undefined;
    throw error;
  }
}

interface NumberToFormat {
  negative: boolean;
  /** Undefined for infinity and not-a-number. */
  digits: DecimalDigits | undefined;
}

/** Undefined for what is no number. */
function numberToFormat(value: Value, budget: Budget): NumberToFormat | undefined {
  if (typeof value === 'bigint' || (typeof value === 'number' && !isFloat(value))) {
    const text = repr(value, budget);
    return { negative: text.startsWith('-'), digits: wholeDigits(text.replace('-', '')) };
  }
  const number = value instanceof PyFloat ? value.value : floatOrNothing(value);
  if (number === undefined) return undefined;
  if (!Number.isFinite(number)) return { negative: false, digits: undefined };
  return { negative: number < 0, digits: shortestDigits(number) };
}

function floatOrNothing(value: Value): number | undefined {
  try {
    return floatOf(value);
  } catch (error) {
    if (error instanceof PyError && error.kind !== 'OverflowError') return undefined;
    throw error;
  }
}

function withThousands(text: string): string {
  const point = text.includes('.') ? text.indexOf('.') : text.length;
  let grouped = text.slice(0, point % 3 || Math.min(3, point));
  for (let index = grouped.length; index < point; index += 3) grouped += `,${text.slice(index, index + 3)}`;
  return grouped + text.slice(point);
}
