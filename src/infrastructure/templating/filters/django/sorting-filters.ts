import { dateFields, timeFields } from '../../dates/fields.js';
import { lessThan } from '../../values/comparing.js';
import { iterate } from '../../values/iterating.js';
import { isDict, isText, plainText } from '../../values/kind.js';
import { isFloat, isNumber, toFloat } from '../../values/numbers.js';
import { type Budget, PyDate, PyDateTime, PyError, PyFloat, PyTime, type Value } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { itemAt } from './item-at.js';

export const sortingFilters: readonly (readonly [string, Filter])[] = [
  ['dictsort', sortingFilter(1)],
  ['dictsortreversed', sortingFilter(-1)],
];

function sortingFilter(direction: 1 | -1): Filter {
  return {
    argument: 'required',
    isSafe: false,
    apply: (value, argument, { budget }) => {
      try {
        return sorted(value, propertyReader(argument ?? ''), direction, budget);
      } catch (error) {
        if (error instanceof PyError && error.kind === 'TypeError') return '';
        throw error;
      }
    },
  };
}

type PropertyReader = (item: Value) => Value;

/**
 * A number is an index or key; anything else a path of keys and a date's own fields.
 * @throws PyError TypeError for a path to what is private, which begins with an underscore
 */
function propertyReader(argument: Value): PropertyReader {
  if (isNumber(argument)) return (item) => itemByNumber(item, argument);
  if (!isText(argument)) throw new PyError('TypeError', 'The property to sort by must be a text or a number.');
  const path = plainText(argument);
  if (toFloat(path) !== undefined) return (item) => itemByKey(item, path);
  if (path === '') throw new PyError('IndexError', 'The property to sort by is an empty text.');
  if (path.startsWith('_') || path.includes('._')) throw new PyError('TypeError', 'What begins with _ is private.');
  const parts = path.split('.');
  return (item) => parts.reduce<Value>(part, item);
}

function itemByNumber(item: Value, index: Exclude<Value, undefined>): Value {
  if (isDict(item)) throw new PyError('KeyError', 'A dict has text keys only.');
  if (isFloat(index) || index instanceof PyFloat) throw new PyError('TypeError', 'indices must be integers');
  return itemAt(item, Number(index));
}

function itemByKey(item: Value, key: string): Value {
  if (!isDict(item)) throw new PyError('TypeError', 'Only a dict has keys.');
  if (!Object.hasOwn(item, key)) throw new PyError('KeyError', key);
  return item[key];
}

function part(value: Value, name: string): Value {
  if (isDict(value) && Object.hasOwn(value, name)) return value[name];
  const fields =
    value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTime
      ? { ...dateFields(value), ...timeFields(value) }
      : {};
  if (Object.hasOwn(fields, name)) return (fields as Record<string, number>)[name];
  throw new PyError('TypeError', `The item has no ${name}.`);
}

/** Sorted by what the reader finds; what is equal stays in its order. */
function sorted(value: Value, read: PropertyReader, direction: 1 | -1, budget: Budget): Value[] {
  const items = iterate(value, budget);
  budget.charge(items.length * Math.ceil(Math.log2(items.length + 2)));
  const entries = items.map((item) => ({ item, key: read(item) }));
  entries.sort((a, b) => {
    if (lessThan(a.key, b.key, budget)) return -direction;
    return lessThan(b.key, a.key, budget) ? direction : 0;
  });
  return entries.map(({ item }) => item);
}
