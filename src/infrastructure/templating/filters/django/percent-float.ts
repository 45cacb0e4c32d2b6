import { exactDigits, fixedText, significantDigits } from '../../values/decimal-digits.js';

/**
 * The digits of `%e`, `%f` or `%g` of a float that isn't negative, as C prints them.
 * @param alternate `#`: the point stays though nothing is behind it, and `g` keeps its zeros
 */
export function floatBody(value: number, type: 'e' | 'f' | 'g', precision: number, alternate: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return 'inf';
  if (type === 'f') return withPoint(fixedText(exactDigits(value), precision, 'half even'), alternate);
  if (type === 'e') return exponentForm(value, precision + 1, alternate);
  return generalForm(value, Math.max(precision, 1), alternate);
}

const withPoint = (text: string, alternate: boolean): string => (alternate && !text.includes('.') ? `${text}.` : text);

function exponentForm(value: number, count: number, alternate: boolean): string {
  const { digits, exponent } = significantDigits(exactDigits(value), count);
  return mantissa(digits, alternate) + exponentText(exponent);
}

const mantissa = (digits: string, alternate: boolean): string =>
  digits.length > 1 ? `${digits.charAt(0)}.${digits.slice(1)}` : withPoint(digits, alternate);

const exponentText = (exponent: number): string =>
  `e${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;

function generalForm(value: number, count: number, alternate: boolean): string {
  const { digits: all, exponent } = significantDigits(exactDigits(value), count);
  const digits = alternate ? all : withoutTrailingZeros(all);
  if (exponent < -4 || exponent >= count) return mantissa(digits, alternate) + exponentText(exponent);
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? withPoint(whole, alternate) : `${whole}.${fraction}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charAt(end - 1) === '0') end--;
  return digits.slice(0, end);
}
