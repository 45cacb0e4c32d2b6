import { codePointsOf, textBetween } from '../../values/code-points.js';
import { isText, kindOf, plainText } from '../../values/kind.js';
import { floatOf, type Int, intOf, isFloat, isNumber, numberOf } from '../../values/numbers.js';
import { repr, str } from '../../values/printing.js';
import { length } from '../../values/text.js';
import { type Budget, PyError, type Value } from '../../values/value.js';
import type { Conversion } from './percent-conversion.js';
import { floatBody } from './percent-float.js';

/** A value in the form that a conversion asks for, without what pads it. */
interface Converted {
  /** Sign and base prefix: zeros go behind them. */
  prefix: string;
  body: string;
  /** Whether zeros may pad it. */
  number: boolean;
}

/** @throws PyError TypeError where the value is of the wrong kind, ValueError for a conversion that there isn't */
export function convert(value: Value, conversion: Conversion, budget: Budget): string {
  budget.chargeText(Math.max(conversion.width, conversion.precision ?? 0));
  budget.charge(conversion.width + (conversion.precision ?? 0));
  return padded(converted(value, conversion, budget), conversion);
}

function converted(value: Value, conversion: Conversion, budget: Budget): Converted {
  switch (conversion.type) {
    case 's':
      return textForm(str(value, budget), conversion);
    case 'r':
      return textForm(repr(value, budget), conversion);
    case 'a':
      return textForm(asciiForm(repr(value, budget)), conversion);
    case 'c':
      return { prefix: '', body: character(value), number: false };
    case 'd':
    case 'i':
    case 'u':
      return intForm(wholeNumber(value, conversion.type), conversion, budget);
    case 'o':
    case 'x':
    case 'X':
      return intForm(intOnly(value, conversion.type), conversion, budget);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return floatForm(value, conversion);
    default:
      throw new PyError('ValueError', `unsupported format character '${conversion.type}'`);
  }
}

function textForm(text: string, { precision }: Conversion): Converted {
  const points = codePointsOf(text);
  const body = precision === undefined ? text : textBetween(points, 0, Math.min(precision, points.length));
  return { prefix: '', body, number: false };
}

const asciiForm = (text: string): string =>
  text.replace(/[^\0-\x7f]/gu, (symbol) => {
    const code = symbol.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });

function character(value: Value): string {
  if (isText(value) && length(plainText(value)) === 1) return plainText(value);
  const code = isNumber(value) && !isFloat(value) ? Number(numberOf(value)) : undefined;
  if (code === undefined) throw new PyError('TypeError', '%c requires int or char');
  if (code < 0 || code > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(code);
}

function wholeNumber(value: Value, type: string): Int {
  if (!isNumber(value)) throw new PyError('TypeError', `%${type} format: a number is required, not ${kindOf(value)}`);
  return intOf(value);
}

function intOnly(value: Value, type: string): Int {
  if (!isNumber(value) || isFloat(value))
    throw new PyError('TypeError', `%${type} format: an integer is required, not ${kindOf(value)}`);
  return intOf(value);
}

function intForm(value: Int, { type, plus, alternate, precision = 0 }: Conversion, budget: Budget): Converted {
  const base = { o: 8, x: 16, X: 16 }[type] ?? 10;
  const whole = typeof value === 'number' && !Number.isSafeInteger(value) ? BigInt(value) : value;
  const digits = (whole < 0 ? -whole : whole).toString(base);
  budget.charge(digits.length);
  const sign = whole < 0 ? '-' : plus;
  const prefix = alternate && base !== 10 ? `0${type}` : '';
  const body = (type === 'X' ? digits.toUpperCase() : digits).padStart(precision, '0');
  return { prefix: sign + prefix, body, number: true };
}

function floatForm(value: Value, { type, plus, alternate, precision = 6 }: Conversion): Converted {
  if (!isNumber(value)) throw new PyError('TypeError', `must be real number, not ${kindOf(value)}`);
  const number = floatOf(value);
  const negative = number < 0 || Object.is(number, -0);
  const lower = floatBody(Math.abs(number), type.toLowerCase() as 'e' | 'f' | 'g', precision, alternate);
  return { prefix: negative ? '-' : plus, body: type < 'a' ? lower.toUpperCase() : lower, number: true };
}

function padded({ prefix, body, number }: Converted, { width, leftAligned, zeros }: Conversion): string {
  const missing = Math.max(0, width - length(body) - prefix.length);
  if (leftAligned) return prefix + body + ' '.repeat(missing);
  if (zeros && number) return prefix + '0'.repeat(missing) + body;
  return ' '.repeat(missing) + prefix + body;
}
