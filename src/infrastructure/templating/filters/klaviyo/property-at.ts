import { isDict } from '../../values/kind.js';
import type { Budget, Value } from '../../values/value.js';
import { itemsOf } from './items-of.js';

const INDEX = /^\d{1,15}$/;

/** One step into a value: a dict's own property or a list's index. Anything else is missing. */
export const memberOf = (value: Value, key: string): Value => {
  const items = itemsOf(value);
  if (items !== undefined) {
    return INDEX.test(key) ? items[Number(key)] : undefined;
  }
  return isDict(value) && Object.hasOwn(value, key) ? value[key] : undefined;
};

/** A property by its name or, where there is none of that name, by the steps between its dots: `address.city`. */
export const propertyAt = (value: Value, path: string, budget: Budget): Value => {
  // A path may come from data, and is read for every item of a list.
  budget.charge(1 + (path.length >> 4));
  const direct = memberOf(value, path);
  if (direct !== undefined || !path.includes('.')) {
    return direct;
  }
  budget.charge(path.length);
  let found: Value = value;
  for (const key of path.split('.')) {
    found = memberOf(found, key);
    if (found === undefined) {
      return undefined;
    }
  }
  return found;
};
