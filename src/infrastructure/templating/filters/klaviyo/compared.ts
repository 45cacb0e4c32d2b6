import { compareTexts } from '../../values/code-point-order.js';
import { lessThan } from '../../values/comparing.js';
import { isText, plainText } from '../../values/kind.js';
import { type Budget, PyError, type Value } from '../../values/value.js';
import { numberOf } from './numeric.js';

/**
 * How one value stands to another: negative for less, 0 for equal, positive for more. Where both are numbers, or texts that say one,
 * they compare as numbers; else as Python compares them.
 * @returns undefined where there is no order between them
 */
export const compared = (left: Value, right: Value, budget: Budget): number | undefined => {
  const leftNumber = numberOf(left);
  const rightNumber = numberOf(right);
  return leftNumber !== undefined && rightNumber !== undefined
    ? leftNumber - rightNumber
    : pythonOrder(left, right, budget);
};

/** The same by Python's order alone: texts stay texts, whatever they say. */
export const pythonOrder = (left: Value, right: Value, budget: Budget): number | undefined => {
  if (left === undefined || right === undefined) {
    return undefined;
  }
  if (isText(left) && isText(right)) {
    const [a, b] = [plainText(left), plainText(right)];
    budget.charge(1 + (Math.min(a.length, b.length) >> 2));
    return compareTexts(a, b);
  }
  budget.charge(1);
  try {
    if (lessThan(left, right, budget)) {
      return -1;
    }
    return lessThan(right, left, budget) ? 1 : 0;
  } catch (error) {
    if (error instanceof PyError) {
      return undefined;
    }
    throw error;
  }
};
