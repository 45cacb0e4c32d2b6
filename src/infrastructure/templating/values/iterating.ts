import { isDict, isText, kindOf, plainText } from './kind.js';
import { length } from './text.js';
import { type Budget, PyError, Tuple, type Value } from './value.js';

/**
 * What a loop runs over: the items of a list or tuple, the characters of a text, the keys of a dict.
 * @throws PyError TypeError for what Python can't iterate over
 */
export function iterate(value: Value, budget: Budget): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (isText(value)) {
    const text = plainText(value);
    budget.charge(text.length);
    return Array.from(text);
  }
  if (isDict(value)) {
    const keys = Object.keys(value);
    budget.charge(keys.length);
    return keys;
  }
  throw new PyError('TypeError', `'${kindOf(value)}' object is not iterable`);
}

/** `len()`, undefined where Python has none. */
export function lengthOf(value: Value): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  if (isText(value)) return length(plainText(value));
  return isDict(value) ? Object.keys(value).length : undefined;
}
