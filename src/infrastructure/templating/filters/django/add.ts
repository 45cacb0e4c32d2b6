import { isText, plainText } from '../../values/kind.js';
import { addInts, type Int, intOf, isFloat, isNumber, numberOf } from '../../values/numbers.js';
import { type Budget, float, PyError, SafeText, Tuple, type Value } from '../../values/value.js';

/** The sum of two ints; else what Python's `+` makes of the two, nothing where it can't. */
export function add(value: Value, argument: Value, budget: Budget): Value {
  const sum = sumOfInts(value, argument);
  if (sum !== undefined) return sum;
  if (isText(value) && isText(argument)) return joined(value, argument, budget);
  if (Array.isArray(value) && Array.isArray(argument)) return concatenated(value, argument, budget);
  if (value instanceof Tuple && argument instanceof Tuple)
    return new Tuple(concatenated(value.items, argument.items, budget));
  return isNumber(value) && isNumber(argument) ? sumOfNumbers(value, argument) : '';
}

/** Undefined where `int()` raises what Django's filter catches. */
function sumOfInts(value: Value, argument: Value): Int | undefined {
  try {
    return addInts(intOf(value), intOf(argument));
  } catch (error) {
    if (error instanceof PyError && (error.kind === 'ValueError' || error.kind === 'TypeError')) return undefined;
    throw error;
  }
}

/** Safe where both are. */
function joined(value: string | SafeText, argument: string | SafeText, budget: Budget): Value {
  const first = plainText(value);
  const second = plainText(argument);
  budget.charge(first.length + second.length);
  budget.chargeText(first.length + second.length);
  return value instanceof SafeText && argument instanceof SafeText ? new SafeText(first + second) : first + second;
}

function concatenated(first: readonly Value[], second: readonly Value[], budget: Budget): readonly Value[] {
  budget.charge(first.length + second.length);
  return [...first, ...second];
}

/** Of numbers only not-a-number has no int. */
const sumOfNumbers = (a: Exclude<Value, undefined>, b: Exclude<Value, undefined>): Value =>
  isNumber(a) && isNumber(b) && (isFloat(a) || isFloat(b)) ? float(Number(numberOf(a)) + Number(numberOf(b))) : '';
