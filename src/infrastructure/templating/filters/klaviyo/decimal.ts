/** A number as it is written: `digits` divided by ten to the power of `places`. So 0.1 and 0.2 add up to 0.3. */
export interface Decimal {
  readonly digits: bigint;
  /** Not negative. */
  readonly places: number;
}

/** How digits behind the wanted places are dropped; `half-away` is what Django's `floatformat` does. */
export type Rounding = 'up' | 'down' | 'half-away';

/** The decimal that a finite number prints as. Its digits are at most some 310 before and 340 behind the point. */
export const decimalOf = (value: number): Decimal => {
  const [mantissa = '0', exponentText = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponentText);
  const digits = BigInt(whole + fraction);
  return places < 0 ? { digits: digits * tenTo(-places), places: 0 } : { digits, places };
};

export const add = (left: Decimal, right: Decimal): Decimal => {
  const [a, b, places] = aligned(left, right);
  return { digits: a + b, places };
};

export const subtract = (left: Decimal, right: Decimal): Decimal => {
  const [a, b, places] = aligned(left, right);
  return { digits: a - b, places };
};

export const multiply = (left: Decimal, right: Decimal): Decimal => ({
  digits: left.digits * right.digits,
  places: left.places + right.places,
});

/** Python's `%`: what is left has the divisor's sign. The divisor is not zero. */
export const modulo = (left: Decimal, right: Decimal): Decimal => {
  const [a, b, places] = aligned(left, right);
  const rest = a % b;
  return { digits: rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest, places };
};

/** `up` and `down` go towards the greater and the lesser number, as Python's `ceil` and `floor` do. */
export const roundTo = (value: Decimal, places: number, rounding: Rounding): Decimal => {
  if (places >= value.places) {
    return value;
  }
  const unit = tenTo(value.places - places);
  const digits = dividedBy(value.digits, unit, rounding);
  return places < 0 ? { digits: digits * tenTo(-places), places: 0 } : { digits, places };
};

/** The nearest float; infinite where there is none. */
export const numberOfDecimal = ({ digits, places }: Decimal): number => Number(`${digits}e-${places}`);

/** The decimal written out with so many places, of which it has no more. */
export const fixedText = (value: Decimal, places: number): string => {
  const digits = value.digits * tenTo(places - value.places);
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
};

const tenTo = (exponent: number): bigint => 10n ** BigInt(exponent);

const aligned = (left: Decimal, right: Decimal): [bigint, bigint, number] => {
  const places = Math.max(left.places, right.places);
  return [left.digits * tenTo(places - left.places), right.digits * tenTo(places - right.places), places];
};

const dividedBy = (digits: bigint, unit: bigint, rounding: Rounding): bigint => {
  const quotient = digits / unit;
  const rest = digits % unit;
  switch (rounding) {
    case 'up':
      return rest > 0n ? quotient + 1n : quotient;
    case 'down':
      return rest < 0n ? quotient - 1n : quotient;
    case 'half-away': {
      const away = digits < 0n ? -1n : 1n;
      return (rest < 0n ? -rest : rest) * 2n >= unit ? quotient + away : quotient;
    }
  }
};
