import { Tuple, type Value } from '../../values/value.js';

/** The items of a list or tuple; undefined for anything else, texts among it. */
export const itemsOf = (value: Value): readonly Value[] | undefined => {
  if (value instanceof Tuple) {
    return value.items;
  }
  return Array.isArray(value) ? (value as readonly Value[]) : undefined;
};
