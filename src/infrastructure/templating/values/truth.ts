import { PrintedBoolean, PyFloat, SafeText, Tuple, type Value } from './value.js';

/** What Python's `bool()` says of a value. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'undefined':
      return false;
    case 'boolean':
      return value;
    case 'number':
      // Not-a-number is true in Python.
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'string':
      return value !== '';
    default:
      return value !== null && isTrueObject(value);
  }
}

function isTrueObject(value: Extract<Value, object>): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof PrintedBoolean) return value.value;
  if (value instanceof SafeText) return value.text !== '';
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof Tuple) return value.items.length > 0;
  // A date has fields, hence is true; a dict is where it has an entry. Left at the first, however many there are.
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}
