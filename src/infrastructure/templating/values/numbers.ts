import { isText, kindOf, plainText } from './kind.js';
import { PyError, PyFloat, type Value } from './value.js';
import { strip } from './white-space.js';

export type Int = number | bigint;

/** Digits that Python's `int()` reads of a text at most. */
const MAX_INT_DIGITS = 4300;
const INT = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const NAMED_FLOAT = /^([+-]?)(?:(inf|infinity)|nan)$/i;

/** The int in its one form. */
export function normalInt(value: bigint): Int {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Python's `int()`, undefined where it raises. */
export function toInt(value: Value): Int | undefined {
  try {
    return intOf(value);
  } catch (error) {
    if (error instanceof PyError) return undefined;
    throw error;
  }
}

/** Python's `float()`, undefined where it raises. */
export function toFloat(value: Value): number | undefined {
  try {
    return floatOf(value);
  } catch (error) {
    if (error instanceof PyError) return undefined;
    throw error;
  }
}

/**
 * Python's `int()`.
 * @throws PyError ValueError for a text that is no whole number and not-a-number, OverflowError for infinity, TypeError for
 *   what is neither a number nor a text
 */
export function intOf(value: Value): Int {
  if (typeof value === 'number') return Number.isInteger(value) ? value + 0 : truncated(value);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof PyFloat) return truncated(value.value);
  if (isText(value)) return intOfText(plainText(value));
  // What is missing is an empty text to Django's filters.
  if (value === undefined) return intOfText('');
  throw new PyError('TypeError', `int() argument must be a string or a number, not '${kindOf(value)}'`);
}

function truncated(value: number): Int {
  if (Number.isNaN(value)) throw new PyError('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert float infinity to integer');
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
}

function intOfText(text: string): Int {
  const digits = westernDigits(strip(text));
  if (digits.length > MAX_INT_DIGITS * 2 || !INT.test(digits)) throw notAnInt(text);
  const plain = digits.replaceAll('_', '');
  if (plain.length <= 15) return Number(plain) + 0;
  const negative = plain.startsWith('-');
  const unsigned = plain.replace(/^[+-]/, '');
  if (unsigned.length > MAX_INT_DIGITS) throw notAnInt(text);
  return normalInt(negative ? -BigInt(unsigned) : BigInt(unsigned));
}

function notAnInt(text: string): PyError {
  return new PyError('ValueError', `invalid literal for int() with base 10: '${text.slice(0, 40)}'`);
}

/**
 * Python's `float()`.
 * @throws PyError ValueError for a text that is no number, OverflowError for an int too large, TypeError for what is neither
 */
export function floatOf(value: Value): number {
  if (typeof value === 'number') return value;
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') {
    const float = Number(value);
    if (!Number.isFinite(float)) throw new PyError('OverflowError', 'int too large to convert to float');
    return float;
  }
  if (isText(value)) return floatOfText(plainText(value));
  if (value === undefined) return floatOfText('');
  throw new PyError('TypeError', `float() argument must be a string or a number, not '${kindOf(value)}'`);
}

function floatOfText(text: string): number {
  const stripped = westernDigits(strip(text));
  const named = NAMED_FLOAT.exec(stripped);
  if (named !== null) {
    if (named[2] === undefined) return Number.NaN;
    return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!FLOAT.test(stripped))
    throw new PyError('ValueError', `could not convert string to float: '${text.slice(0, 40)}'`);
  return Number(stripped.replaceAll('_', ''));
}

/** Digits of every script as 0 to 9: Python reads them all. */
function westernDigits(text: string): string {
  return /[^\0-\x7f]/.test(text) ? text.replace(/\p{Nd}/gu, (digit) => digitValue(digit).toString()) : text;
}

/** Unicode's decimal digits come in runs that begin with a zero and hold whole tens. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
  return (code - first) % 10;
}

/** Whether Python has it as a number: int, float or bool. */
export const isNumber = (value: Value): value is Int | boolean | PyFloat =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof PyFloat;

export const isFloat = (value: Value): value is number | PyFloat =>
  value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));

/** The number to compare or calculate with. */
export function numberOf(value: Int | boolean | PyFloat): Int {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof PyFloat ? value.value : value;
}

export const addInts = (a: Int, b: Int): Int => exact(a, b, Number(a) + Number(b), (x, y) => x + y);

export const subtractInts = (a: Int, b: Int): Int => exact(a, b, Number(a) - Number(b), (x, y) => x - y);

export const multiplyInts = (a: Int, b: Int): Int => exact(a, b, Number(a) * Number(b), (x, y) => x * y);

/** Python's `a % b`: the remainder has the divisor's sign. */
export function moduloInts(a: Int, b: Int): Int {
  if (Number(b) === 0) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const remainder = a % b;
    return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0;
  }
  const divisor = BigInt(b);
  const remainder = BigInt(a) % divisor;
  return normalInt(remainder !== 0n && remainder < 0n !== divisor < 0n ? remainder + divisor : remainder);
}

/** Python's `a / b` of ints: the closest float. */
export function divideInts(a: Int, b: Int): number {
  if (Number(b) === 0) throw new PyError('ZeroDivisionError', 'division by zero');
  const quotient = Number(a) / Number(b);
  if (!Number.isFinite(quotient)) throw new PyError('OverflowError', 'integer division result too large for a float');
  return quotient;
}

/** JavaScript's own result where all of it is exact, else big ints'. */
function exact(a: Int, b: Int, quick: number, calculate: (a: bigint, b: bigint) => bigint): Int {
  const safe = Number.isSafeInteger(quick) && Number.isSafeInteger(a) && Number.isSafeInteger(b);
  return safe ? quick + 0 : normalInt(calculate(BigInt(a), BigInt(b)));
}
