import { fixedText, roundFloat, shortestDigits } from '../../values/decimal-digits.js';
import { divideInts, type Int, intOf, multiplyInts } from '../../values/numbers.js';
import { str } from '../../values/printing.js';
import { type Budget, PyError, type Value } from '../../values/value.js';

const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in the largest unit that there is a whole one of, with one digit behind the point. The blank doesn't break. */
export function fileSize(value: Value, budget: Budget): string {
  const bytes = bytesOf(value);
  const negative = bytes < 0;
  const size = negative ? multiplyInts(bytes, -1) : bytes;
  const sign = negative ? '-' : '';
  if (size < 1024) return `${sign}${str(size, budget)}\xa0${Number(size) === 1 ? 'byte' : 'bytes'}`;
  let unit = 0;
  let divisor = 1024;
  while (unit < UNITS.length - 1 && size >= divisor * 1024) {
    unit++;
    divisor *= 1024;
  }
  return `${sign}${oneDecimal(divideInts(size, divisor))}\xa0${UNITS[unit]}`;
}

function bytesOf(value: Value): Int {
  try {
    return intOf(value);
  } catch (error) {
    if (error instanceof PyError && (error.kind === 'ValueError' || error.kind === 'TypeError')) return 0;
    throw error;
  }
}

function oneDecimal(value: number): string {
  const shortest = shortestDigits(roundFloat(value, 1));
  // Django writes numbers of more than 200 digits with an exponent.
  if (shortest.point > 200) return `${exponentForm(shortest.digits)}e+${shortest.point - 1}`;
  return fixedText(shortest, 1, 'half even');
}

const exponentForm = (digits: string): string => `${digits.charAt(0)}.${digits.slice(1, 2).padEnd(1, '0')}`;
