import { equals } from '../../values/comparing.js';
import { isText, plainText } from '../../values/kind.js';
import { isNumber, numberOf } from '../../values/numbers.js';
import { str } from '../../values/printing.js';
import type { Budget, Value } from '../../values/value.js';
import type { Filter } from '../filter.js';
import { pythonOrder } from './compared.js';
import { itemsOf } from './items-of.js';
import { ListCondition } from './list-condition.js';
import { propertyAt } from './property-at.js';

/** A filter of lists; what is none stays as it is. The list's length is charged beforehand. */
const ofList = (
  argument: Filter['argument'],
  change: (items: readonly Value[], argument: Value, budget: Budget) => Value,
): Filter => ({
  argument,
  apply: (value, given, { budget }) => {
    const items = itemsOf(value);
    if (items === undefined) {
      return value;
    }
    budget.charge(items.length);
    return change(items, given, budget);
  },
});

/** Drops None and what is missing. */
const compact = ofList('none', (items) => items.filter((item) => item !== null && item !== undefined));

/** `apple, banana and orange`. */
const listToString = ofList('none', (items, _argument, budget) => {
  const texts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = str(item, budget);
    length += text.length + ' and '.length;
    budget.chargeText(length);
    texts.push(text);
  }
  const last = texts.pop() ?? '';
  return texts.length === 0 ? last : `${texts.join(', ')} and ${last}`;
});

/** The items that meet a condition. What is no list has none. */
const where: Filter = {
  argument: 'required',
  apply: (value, argument, { budget }) => {
    const items = itemsOf(value) ?? [];
    budget.charge(items.length);
    const condition = new ListCondition(str(argument, budget), budget);
    return items.filter((item) => condition.isMetBy(item));
  },
};

/** The property of each item; None where an item has none. */
const map = ofList('required', (items, argument, budget) => {
  const path = str(argument, budget);
  return items.map((item) => propertyAt(item, path, budget) ?? null);
});

/** A list backwards, or a text by its characters. */
const reverse: Filter = {
  argument: 'none',
  apply: (value, _argument, { budget }) => {
    const items = itemsOf(value);
    if (items !== undefined) {
      budget.charge(items.length);
      return items.toReversed();
    }
    if (!isText(value)) {
      return value;
    }
    const text = plainText(value);
    budget.charge(text.length);
    return [...text].reverse().join('');
  },
};

/** Sorted by the items or a property of theirs; those that have none come last. What has no order stays as it is. */
const sort = ofList('optional', (items, argument, budget) => sorted(items, argument, budget, (key) => key));

/** Sorted as texts, capitals like small letters. */
const sortNatural = ofList('optional', (items, argument, budget) =>
  sorted(items, argument, budget, (key) => {
    const text = str(key, budget);
    budget.charge(text.length);
    return text.toLowerCase();
  }),
);

const sorted = (
  items: readonly Value[],
  argument: Value,
  budget: Budget,
  keyOf: (value: Value) => Value,
): readonly Value[] => {
  const path = argument === undefined ? undefined : str(argument, budget);
  const keyed: { item: Value; key: Value }[] = [];
  const rest: Value[] = [];
  for (const item of items) {
    const value = path === undefined ? item : propertyAt(item, path, budget);
    if (value === undefined || value === null) {
      rest.push(item);
    } else {
      keyed.push({ item, key: keyOf(value) });
    }
  }
  try {
    keyed.sort((left, right) => orderOf(left.key, right.key, budget));
  } catch (error) {
    if (error instanceof NoOrder) {
      return items;
    }
    throw error;
  }
  return [...keyed.map(({ item }) => item), ...rest];
};

/** Two items that Python can't compare, such as a text and a number. */
class NoOrder extends Error {}

const orderOf = (left: Value, right: Value, budget: Budget): number => {
  const order = pythonOrder(left, right, budget);
  if (order === undefined) {
    throw new NoOrder();
  }
  return order;
};

/** Each item once, the first of those that are equal; by a property if the argument names one. */
const uniq = ofList('optional', (items, argument, budget) => {
  const path = argument === undefined ? undefined : str(argument, budget);
  const seen = new Set<SimpleKey>();
  const seenOthers: Value[] = [];
  return items.filter((item) => {
    const value = path === undefined ? item : propertyAt(item, path, budget);
    const key = simpleKey(value);
    if (key !== undefined) {
      budget.charge(typeof key === 'string' ? key.length >> 3 : 1);
      return !seen.has(key) && seen.add(key) !== undefined;
    }
    for (const other of seenOthers) {
      budget.charge(COMPARISON_COST);
      if (equals(other, value, budget)) {
        return false;
      }
    }
    seenOthers.push(value);
    return true;
  });
});

/** Comparing two lists or dicts takes so much longer than looking at an item. */
const COMPARISON_COST = 8;

type SimpleKey = string | number | bigint | null;

/** What is the same for equal values; undefined for lists, dicts and dates, which have to be compared one by one. */
const simpleKey = (value: Value): SimpleKey | undefined => {
  if (value === undefined || value === null) {
    return null;
  }
  if (isText(value)) {
    return plainText(value);
  }
  if (!isNumber(value)) {
    return undefined;
  }
  const number = numberOf(value);
  // A float may equal a big int, and then has to be found in the same form.
  const nearest = Number(number);
  const isExact = typeof number !== 'bigint' || (Number.isFinite(nearest) && BigInt(nearest) === number);
  return isExact ? nearest : number;
};

export const LIST_FILTERS: readonly (readonly [string, Filter])[] = [
  ['compact', compact],
  ['list_to_string', listToString],
  ['list_where', where],
  ['dictfilter', where],
  ['map', map],
  ['reverse', reverse],
  ['sort', sort],
  ['sort_natural', sortNatural],
  ['uniq', uniq],
];
