import type { Json } from '../kernel/json.js';
import { dateOf } from './date-of.js';
import type { ListLengthOperator, NumericOperator, ValueFilter } from './filter.js';
import { matchesDate } from './match-date.js';
import { matchesText } from './match-text.js';

/** A number as text writes it: what imports and forms bring. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/**
 * Whether a property's value is as a filter says. The filter's type decides how the value is read:
 *
 * - `string`: texts, and numbers as JSON writes them;
 * - `numeric`: numbers, and texts that hold one (`"12"`, `" 12.50 "`);
 * - `boolean`: true and false alone;
 * - `date`: texts that {@link dateOf} reads;
 * - `list`: lists alone.
 *
 * A value that can't be read so matches nothing, the negated operators included. Nor does one that
 * isn't there, or is null, but for `not-set`. Source: Klaviyo's help, "Understanding how to use conditions with properties that
 * are not set".
 *
 * @param now epoch milliseconds
 */
export function matchesValue(filter: ValueFilter, value: Json | undefined, now: number): boolean {
  if (value === undefined || value === null) return matchesMissing(filter);
  switch (filter.type) {
    case 'existence':
      return filter.operator === 'is-set';
    case 'string':
      if (typeof value === 'number') return matchesText(filter, String(value));
      return typeof value === 'string' && matchesText(filter, value);
    case 'boolean':
      return value === filter.value;
    case 'numeric': {
      const number = numberOf(value);
      if (number === undefined) return false;
      if (filter.operator === 'between') return filter.start <= number && number <= filter.end;
      return compares(number, filter.operator, filter.value);
    }
    case 'date': {
      const date = dateOf(value);
      return date !== undefined && matchesDate(filter, date, now);
    }
    case 'list':
      return Array.isArray(value) && matchesList(filter, value);
  }
}

function matchesList(filter: Extract<ValueFilter, { type: 'list' }>, list: readonly Json[]): boolean {
  switch (filter.operator) {
    case 'contains':
      return list.includes(filter.value);
    case 'not-contains':
      return !list.includes(filter.value);
    default:
      return compares(list.length, COMPARISON[filter.operator], filter.value);
  }
}

function matchesMissing(filter: ValueFilter): boolean {
  if (filter.type === 'string' && filter.value === null) return filter.operator === 'equals';
  return filter.operator === 'not-set';
}

function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !NUMBER.test(value.trim())) return undefined;
  return Number(value);
}

const COMPARISON: Readonly<Record<ListLengthOperator, NumericOperator>> = {
  'length-equals': 'equals',
  'length-greater-than': 'greater-than',
  'length-greater-than-or-equal': 'greater-than-or-equal',
  'length-less-than': 'less-than',
  'length-less-than-or-equal': 'less-than-or-equal',
};

function compares(number: number, operator: NumericOperator, other: number): boolean {
  switch (operator) {
    case 'equals':
      return number === other;
    case 'not-equals':
      return number !== other;
    case 'greater-than':
      return number > other;
    case 'greater-than-or-equal':
      return number >= other;
    case 'less-than':
      return number < other;
    case 'less-than-or-equal':
      return number <= other;
  }
}
