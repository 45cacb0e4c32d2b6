import { float, type PyFloat } from '../../values/value.js';

// Python takes underscores between digits.
const DIGITS = '[0-9](?:_?[0-9])*';
const INT = new RegExp(`^[+-]?${DIGITS}$`);
const FLOAT = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
/** Python refuses longer ones. */
const MAX_DIGITS = 4300;

/** The number a word says, or undefined where Django takes it for a name (`5.` as well). */
export function numberLiteral(word: string): number | bigint | PyFloat | undefined {
  if (/[.eE]/.test(word)) {
    return FLOAT.test(word) && !word.endsWith('.') ? float(Number(word.replaceAll('_', ''))) : undefined;
  }
  if (!INT.test(word) || word.length > MAX_DIGITS) return undefined;
  const digits = word.replaceAll('_', '').replace('+', '');
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number + 0 : BigInt(digits);
}

/** The text between the quotes; only the quote itself and the backslash are escaped there. */
export function stringLiteral(quoted: string): string {
  const quote = quoted.charAt(0);
  return quoted.slice(1, -1).replaceAll(`\\${quote}`, quote).replaceAll('\\\\', '\\');
}
