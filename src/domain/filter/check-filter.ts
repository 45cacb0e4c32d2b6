import { InvalidPattern } from '../kernel/regular-expression/invalid-pattern.js';
import { locate, RuleViolation } from '../kernel/rule-violation.js';
import { dateOf } from './date-of.js';
import type { Condition, Filter, ValueFilter } from './filter.js';
import { isCountry } from './phone-countries.js';
import { textPattern } from './text-pattern.js';

/** As many as Klaviyo allows in a segment. */
export const MOST_CONDITIONS = 100;
/** Of `in`. */
export const MOST_VALUES = 1_000;
/** Lists and segments of one condition. */
export const MOST_GROUPS = 50;
export const LONGEST_NAME = 255;
export const LONGEST_VALUE = 1_000;
/** Of a time: a hundred years of days, and far more than any date needs in weeks. */
const HIGHEST_QUANTITY = 36_500;

const UNITS: ReadonlySet<string> = new Set(['hour', 'day', 'week']);

/**
 * Refuses what can't be meant. Whether the lists, segments and metrics that it names are there is for whoever can look.
 * @throws RuleViolation with a pointer below the filter as it came (`/condition_groups/0/conditions/1/filter/value`)
 */
export function checkFilter({ conditionGroups }: Filter): void {
  const groups = '/condition_groups';
  if (conditionGroups.length === 0) throw refused('A filter needs at least one group of conditions.', groups);
  let count = 0;
  for (const [index, { conditions }] of conditionGroups.entries()) {
    const group = `${groups}/${index}/conditions`;
    if (conditions.length === 0) throw refused('A group needs at least one condition; add one, or take it out.', group);
    count += conditions.length;
    if (count > MOST_CONDITIONS) {
      throw refused(`A filter has at most ${MOST_CONDITIONS} conditions; take some out.`, groups);
    }
    for (const [place, condition] of conditions.entries()) locate(`${group}/${place}`, () => checkCondition(condition));
  }
}

function checkCondition(condition: Condition): void {
  switch (condition.type) {
    case 'profile-group-membership':
      if (condition.groupIds.length === 0) throw refused('Name at least one list or segment.', '/group_ids');
      if (condition.groupIds.length > MOST_GROUPS) throw tooMany(MOST_GROUPS, '/group_ids');
      return;
    case 'profile-property':
      checkName(condition.property, '/property');
      break;
    default:
      checkName(condition.field, '/field');
  }
  locate('/filter', () => checkValueFilter(condition.filter));
}

function checkName(name: string, pointer: string): void {
  if (name === '') throw refused('The name of the property is empty; give one.', pointer);
  if (name.length > LONGEST_NAME) {
    throw refused(`The name of a property has at most ${LONGEST_NAME} characters.`, pointer);
  }
}

function checkValueFilter(filter: ValueFilter): void {
  switch (filter.type) {
    case 'string':
      if (typeof filter.value === 'object' && filter.value !== null) checkValues(filter.operator, filter.value);
      else checkText(filter.operator, filter.value);
      return;
    case 'numeric':
      if (filter.operator === 'between') checkOrder(filter.start, filter.end);
      return;
    case 'date':
      checkDate(filter);
      return;
    case 'list':
      checkList(filter);
      return;
    default:
  }
}

function checkText(operator: string, value: string | null): void {
  if (value === null) {
    if (operator === 'equals' || operator === 'not-equals') return;
    throw refused(`The operator '${operator}' needs a text; null goes with 'equals' and 'not-equals'.`, '/value');
  }
  checkLength(value, '/value');
  if (operator !== 'regex' && operator !== 'nregex') return;
  try {
    textPattern(value);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    throw refused(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`, '/value');
  }
}

function checkValues(operator: string, values: readonly string[]): void {
  if (values.length === 0) throw refused('Give at least one value.', '/value');
  if (values.length > MOST_VALUES) throw tooMany(MOST_VALUES, '/value');
  for (const [index, value] of values.entries()) {
    checkLength(value, `/value/${index}`);
    if (operator.startsWith('phone-') && !isCountry(value)) {
      throw refused(`'${value}' is no country's code of two letters, such as US (ISO 3166-1).`, `/value/${index}`);
    }
  }
}

function checkList(filter: Extract<ValueFilter, { type: 'list' }>): void {
  switch (filter.operator) {
    case 'contains':
    case 'not-contains':
      if (typeof filter.value === 'string') checkLength(filter.value, '/value');
      return;
    default:
      if (Number.isInteger(filter.value) && filter.value >= 0) return;
      throw refused('The length of a list is a whole number, 0 or more.', '/value');
  }
}

function checkDate(filter: Extract<ValueFilter, { type: 'date' }>): void {
  switch (filter.operator) {
    case 'before':
    case 'after':
      checkMoment(filter.date, '/date');
      return;
    case 'between-static':
      checkOrder(checkMoment(filter.start, '/start'), checkMoment(filter.end, '/end'));
      return;
    case 'between':
      checkUnit(filter.unit);
      checkQuantity(filter.start, 0, '/start');
      checkQuantity(filter.end, 0, '/end');
      checkOrder(filter.start, filter.end);
      return;
    case 'calendar-month':
      if (Number.isInteger(filter.value) && filter.value >= 1 && filter.value <= 12) return;
      throw refused('A month is a whole number from 1 (January) to 12 (December).', '/value');
    case 'anniversary':
    case 'anniversary-month':
      return;
    default:
      checkUnit(filter.unit);
      checkQuantity(filter.quantity, 1, '/quantity');
  }
}

function checkMoment(text: string, pointer: string): number {
  const moment = dateOf(text);
  if (moment !== undefined) return moment;
  throw refused('This is no date; write it as in ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z.', pointer);
}

function checkUnit(unit: string): void {
  if (!UNITS.has(unit))
    throw refused(`There is no unit of this name; the units are ${[...UNITS].join(', ')}.`, '/unit');
}

function checkQuantity(quantity: number, lowest: number, pointer: string): void {
  if (Number.isInteger(quantity) && quantity >= lowest && quantity <= HIGHEST_QUANTITY) return;
  throw refused(`This has to be a whole number from ${lowest} to ${HIGHEST_QUANTITY}.`, pointer);
}

function checkOrder(start: number, end: number): void {
  if (start > end) throw refused('The start is behind the end; change them round.', '/start');
}

function checkLength(value: string, pointer: string): void {
  if (value.length > LONGEST_VALUE) throw refused(`A value has at most ${LONGEST_VALUE} characters.`, pointer);
}

const tooMany = (most: number, pointer: string): RuleViolation =>
  refused(`There are at most ${most} of these.`, pointer);

const refused = (message: string, pointer: string): RuleViolation =>
  new RuleViolation('filter_invalid', message, pointer);
