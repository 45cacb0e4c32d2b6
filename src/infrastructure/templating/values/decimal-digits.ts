/** A number that isn't negative, exactly: `0.DIGITS` times ten to the power of `point`. Zero has the digit 0. */
export interface DecimalDigits {
  digits: string;
  point: number;
}

/** Where a digit behind the last is exactly a half: away from zero, or to the even neighbour. */
export type Rounding = 'half up' | 'half even';

/** The shortest digits that read back as this float: those that Python prints. */
export function shortestDigits(value: number): DecimalDigits {
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** All digits of what a float is in binary. */
export function exactDigits(value: number): DecimalDigits {
  const size = Math.abs(value);
  if (size === 0) return { digits: '0', point: 1 };
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const fraction = raw & 0xf_ffff_ffff_ffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(biased, 1) - 1075;
  // A half is five tenths: each binary place behind the point is a decimal one.
  const digits = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits, point: digits.length + Math.min(exponent, 0) };
}

/** A whole number's digits. */
export const wholeDigits = (digits: string): DecimalDigits => ({ digits, point: digits.length });

export const isZero = ({ digits }: DecimalDigits): boolean => /^0+$/.test(digits);

export const isWhole = ({ digits, point }: DecimalDigits): boolean => /^0*$/.test(digits.slice(Math.max(point, 0)));

/** The number with that many digits behind the point, such as `3.14`; none: no point either. */
export function fixedText(value: DecimalDigits, places: number, rounding: Rounding): string {
  const scaled = roundedAt(value, value.point + places, rounding);
  const padded = scaled.padStart(places + 1, '0');
  return places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** The digits up to `count`, rounded by what follows, as a whole number: zeros are added where there are fewer. */
export function roundedAt({ digits }: DecimalDigits, count: number, rounding: Rounding): string {
  if (count < 0) return '0';
  if (count >= digits.length) return withoutLeadingZeros(digits.padEnd(count, '0'));
  const kept = digits.slice(0, count) || '0';
  if (!roundsUp(kept, digits.slice(count), rounding)) return withoutLeadingZeros(kept);
  return (BigInt(kept) + 1n).toString();
}

function roundsUp(kept: string, rest: string, rounding: Rounding): boolean {
  const first = rest.charCodeAt(0) - 0x30;
  if (first !== 5) return first > 5;
  if (rounding === 'half up' || !/^50*$/.test(rest)) return true;
  return (kept.charCodeAt(kept.length - 1) & 1) === 1;
}

const withoutLeadingZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '');

/** The first `count` digits that count, rounded half to even, and the power of ten of the first of them. */
export function significantDigits(value: DecimalDigits, count: number): { digits: string; exponent: number } {
  if (isZero(value)) return { digits: '0'.repeat(count), exponent: 0 };
  const rounded = roundedAt(value, count, 'half even');
  // 9.99 may become 10.0: one digit more, of which the last is a zero.
  if (rounded.length > count) return { digits: rounded.slice(0, count), exponent: value.point };
  return { digits: rounded, exponent: value.point - 1 };
}

/** Python's `round(value, places)` of a float. */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  const size = Number(fixedText(exactDigits(value), places, 'half even'));
  return value < 0 ? -size : size;
}
