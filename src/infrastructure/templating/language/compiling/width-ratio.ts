import { toFloat, toInt } from '../../values/numbers.js';
import { PyError, type Value } from '../../values/value.js';

/** What `widthratio` writes; undefined where value or maximum are no numbers. */
export function widthRatio(value: Value, max: Value, width: Value): string | undefined {
  const whole = toInt(width);
  if (whole === undefined) throw new PyError('ValueError', 'the last argument of widthratio has to be a number');
  const [number, maximum] = [toFloat(value), toFloat(max)];
  if (number === undefined || maximum === undefined) return undefined;
  if (maximum === 0) return '0';
  const ratio = (number / maximum) * Number(whole);
  return Number.isFinite(ratio) ? roundedHalfEven(ratio) : undefined;
}

/** Python's `str(round(number))`. */
function roundedHalfEven(number: number): string {
  const below = Math.floor(number);
  const apart = number - below;
  const rounded = apart > 0.5 || (apart === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return BigInt(rounded).toString();
}
